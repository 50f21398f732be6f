(function () {
  "use strict";
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const element = (id) => document.getElementById(id);
  const RETRY_MILLIS = 3000;
  const SEARCH_PAUSE_MILLIS = 200;
  const REFRESH_DEVICES = 5;
  const BEST = 10;
  /* As many as a run lists. */
  const MOST_DEVICES = 200;

  let run = null;
  let progress = null;
  let slices = [];
  let quality = { fewest: 0, points: [] };
  let charts = {};
  let snapshots = 0;

  /* Texts and numbers */

  function number(value, digits) {
    return value.toLocaleString("en-US", { minimumFractionDigits: digits || 0, maximumFractionDigits: digits || 0 });
  }

  function millis(value) {
    return number(value, value < 10 ? 2 : value < 100 ? 1 : 0);
  }

  function rate(value) {
    return number(value, value < 10 ? 1 : 0);
  }

  function seconds(value) {
    if (value < 100) {
      return number(value, value < 10 ? 1 : 0) + " s";
    }
    const minutes = Math.floor(value / 60);
    return minutes < 100 ? minutes + " min " + Math.round(value % 60) + " s" : number(value / 3600, 1) + " h";
  }

  function count(value, one, many) {
    return number(value) + " " + (value === 1 ? one : many);
  }

  /* What does not change is not written again: whoever listens to the page is told of changes only. */
  function text(id, value) {
    const target = element(id);
    if (target.textContent !== value) {
      target.textContent = value;
    }
  }

  function make(name, content, className) {
    const made = document.createElement(name);
    made.textContent = content;
    if (className) {
      made.className = className;
    }
    return made;
  }

  /* State of the run */

  function status(kind, message) {
    element("status").className = "status " + kind;
    text("status-text", message);
  }

  const isOver = () => progress !== null && progress.phase === "OVER";

  function showState() {
    if (isOver()) {
      status("good", "The run is over");
    } else if (progress.phase === "WAITING") {
      status("live", "Waiting for answers");
    } else {
      status("live", "Running");
    }
    const share = progress.phase === "SENDING" ? Math.min(1, progress.seconds / Math.max(1, progress.expectedSeconds)) : 1;
    element("progress-bar").style.width = 100 * share + "%";
    element("progress").setAttribute("aria-valuenow", String(Math.round(100 * share)));
    text("progress-text", isOver()
      ? "It took " + seconds(progress.seconds) + ". This is how it ended."
      : seconds(progress.seconds) + " of about " + seconds(progress.expectedSeconds));
  }

  function showHeader() {
    const name = run.workload === "replay" ? "Replay" : "Simulation";
    text("title", name + " of " + count(run.devices, "device", "devices"));
    document.title = "Duet: " + name.toLowerCase() + ", live";
    const scenario = run.workload === "replay" || run.workload === "synthetic" ? "" : "Scenario " + run.workload + ", ";
    text("subtitle", (scenario || "") + (scenario ? "model " : "Model ") + run.modelVersion + ", seed " + run.seed + ", " + run.arrivals.toLowerCase()
      + " arrivals of " + rate(run.perSecond) + " windows a second");
    element("quality-section").hidden = !run.ranks;
    element("gain-card").hidden = !run.ranks;
    text("saved-meaning", "Windows a second that needed no delta of their own: coalesced into one for a newer window"
      + (run.knowsGated ? ", or gated." : ". The job’s gating is not asked for."));
  }

  /* The last slice is still growing: it counts once it is long enough for a rate. */
  function settled() {
    const length = slices.length === 0 ? 0 : slices[0].seconds;
    return slices.filter((slice) => slice.seconds >= length / 2);
  }

  function meanRate(of) {
    const last = settled().slice(-3);
    const time = last.reduce((sum, slice) => sum + slice.seconds, 0);
    return time > 0 ? last.reduce((sum, slice) => sum + of(slice), 0) / time : 0;
  }

  function showFigures() {
    text("sent", isOver() && progress.seconds > 0 ? rate(progress.windows / Math.min(progress.seconds, Math.max(1, progress.expectedSeconds))) : rate(meanRate((s) => s.windows)));
    text("sent-detail", number(progress.windows) + " in all");
    text("answered", isOver() && progress.seconds > 0 ? rate(progress.deltas / Math.min(progress.seconds, Math.max(1, progress.expectedSeconds))) : rate(meanRate((s) => s.deltas)));
    text("answered-detail", number(progress.deltas) + " in all, " + number(progress.bytesPerDelta) + " bytes each");
    const measured = progress.p99Millis > 0;
    text("p50", measured ? millis(progress.p50Millis) : "–");
    text("p50-detail", measured ? "99 % within " + millis(progress.p99Millis) + " ms, " + number(progress.unanswered) + " on their way" : "nothing answered yet");
    if (progress.rankings > 0) {
      const gain = progress.personalizedUserAuc - progress.globalUserAuc;
      text("gain", (gain < 0 ? "−" : "+") + number(Math.abs(gain), 4));
      text("gain-detail", number(progress.globalUserAuc, 4) + " global, " + number(progress.personalizedUserAuc, 4) + " personalized");
      element("gain-card").className = "card " + (gain < 0 ? "worse" : "better");
    } else {
      text("gain", "–");
      text("gain-detail", "no ranking with a delta yet");
      element("gain-card").className = "card";
    }
  }

  /* A warning is what a load generator should have sent in time; the rest may be what the scenario asks for. */
  const AMISS = {
    "late": { kind: "bad", of: (p) => p.sentBehind },
    "unsent": { kind: "bad", of: (p) => p.unsent },
    "held": { kind: "some", of: (p) => p.heldOffline },
    "lost-up": { kind: "some", of: (p) => p.lostUp },
    "lost-down": { kind: "some", of: (p) => p.lostDown },
    "letters": { kind: "some", of: (p) => p.deadLetters }
  };

  function showAmiss() {
    for (const [id, count] of Object.entries(AMISS)) {
      const entry = element(id);
      const value = count.of(progress);
      entry.className = value > 0 ? count.kind : "";
      entry.lastElementChild.textContent = number(value);
    }
  }

  /* Charts */

  function color(name) {
    return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  }

  const PER_SECOND = (value) => rate(value) + " a second";

  /* Lines differ in colour (Okabe and Ito), dashes and points. */
  const CHARTS = {
    quality: {
      parts: () => quality.points, scale: {}, format: (value) => number(value, 4),
      lines: [
        { label: "personalized", color: "personalized", of: (s) => s.personalizedUserAuc },
        { label: "global", color: "global", dash: [7, 4], point: "rect", of: (s) => s.globalUserAuc }
      ]
    },
    latency: {
      scale: { type: "logarithmic" }, format: (value) => millis(value) + " ms",
      lines: [
        { label: "99th percentile", color: "global", dash: [2, 3], point: "triangle", of: (s) => s.p99 },
        { label: "90th", color: "third", dash: [7, 4], point: "rect", of: (s) => s.p90 },
        { label: "median", color: "personalized", of: (s) => s.p50 }
      ]
    },
    rates: {
      scale: { beginAtZero: true }, format: PER_SECOND,
      lines: [
        { label: "windows sent", color: "global", dash: [7, 4], point: "rect", of: (s) => s.windows / s.seconds },
        { label: "deltas received", color: "personalized", of: (s) => s.deltas / s.seconds }
      ]
    },
    drift: {
      scale: { beginAtZero: true, percent: true }, format: (value) => number(100 * value, 1) + " %",
      lines: [{ label: "change of a delta", color: "fourth", of: (s) => s.drift }]
    },
    saved: {
      scale: { beginAtZero: true }, format: PER_SECOND,
      lines: [
        { label: "coalesced", color: "third", of: (s) => s.coalesced / s.seconds },
        { label: "gated", color: "fourth", dash: [7, 4], point: "rect", gated: true, of: (s) => s.gated / s.seconds }
      ]
    }
  };

  const linesOf = (id) => CHARTS[id].lines.filter((line) => !line.gated || (run && run.knowsGated));

  const partsOf = (id) => CHARTS[id].parts ? CHARTS[id].parts() : settled();

  function points(id, of) {
    return partsOf(id).map((part) => ({ x: part.at === undefined ? part.second + part.seconds / 2 : part.at, y: of(part), part: part }));
  }

  /* The axis grows in steps, so that it does not move with every second. */
  function lastSecond() {
    const last = slices.length === 0 ? 0 : slices[slices.length - 1].second + slices[slices.length - 1].seconds;
    if (isOver()) {
      return last;
    }
    let end = 10;
    while (end < last) {
      end += end < 60 ? 10 : end < 300 ? 60 : 300;
    }
    return end;
  }

  function decade(value) {
    const lead = value / Math.pow(10, Math.floor(Math.log10(value) + 1e-9));
    return [1, 2, 5].some((step) => Math.abs(lead - step) < 1e-6) ? number(value, value < .1 ? 2 : value < 1 ? 1 : 0) : "";
  }

  function axis(more, title) {
    return Object.assign({
      title: { display: Boolean(title), text: title, color: color("muted") },
      ticks: { color: color("muted"), maxRotation: 0, autoSkipPadding: 14, includeBounds: false },
      grid: { color: color("grid") }, border: { display: false }
    }, more);
  }

  function valueAxis(scale) {
    const made = axis({ type: scale.type || "linear", beginAtZero: Boolean(scale.beginAtZero), afterFit: (fit) => { fit.width = 52; } });
    if (scale.type === "logarithmic") {
      made.ticks.callback = decade;
    } else if (scale.percent) {
      made.ticks.callback = (value) => number(100 * value) + " %";
    }
    return made;
  }

  const radius = (data) => data.length < 30 ? 2.5 : 0;

  function dataset(id, line) {
    const data = points(id, line.of);
    return {
      label: line.label, data: data, borderColor: color(line.color), backgroundColor: color(line.color), borderWidth: 2,
      borderDash: line.dash || [], pointStyle: line.point || "circle", pointRadius: radius(data),
      pointHoverRadius: 5, pointHitRadius: 12, tension: 0, spanGaps: false
    };
  }

  function legend(id, lines) {
    document.querySelector('[data-for="' + id + '"]').replaceChildren(...lines.map((line) => {
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      svg.setAttribute("width", "28");
      svg.setAttribute("height", "10");
      svg.setAttribute("aria-hidden", "true");
      const stroke = document.createElementNS("http://www.w3.org/2000/svg", "line");
      for (const [key, value] of Object.entries({ x1: 0, x2: 28, y1: 5, y2: 5, stroke: color(line.color),
        "stroke-width": 3, "stroke-dasharray": (line.dash || []).join(" ") })) {
        stroke.setAttribute(key, value);
      }
      svg.append(stroke);
      const entry = make("span", "");
      entry.append(svg, line.label);
      return entry;
    }));
  }

  function tooltips(format) {
    return { callbacks: {
      title: (items) => {
        const part = items[0].raw.part;
        return "second " + number(part.second) + " to " + number(part.second + part.seconds, part.seconds % 1 ? 1 : 0);
      },
      label: (item) => item.dataset.label + ": " + format(item.raw.y),
      footer: (items) => items[0].raw.part.at === undefined ? "" : number(items[0].raw.part.rankings) + " rankings"
    } };
  }

  function draw() {
    Object.values(charts).forEach((chart) => chart.destroy());
    charts = {};
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    Chart.defaults.color = color("muted");
    for (const [id, chart] of Object.entries(CHARTS)) {
      const lines = linesOf(id);
      legend(id, lines);
      charts[id] = new Chart(element(id), {
        type: "line",
        data: { datasets: lines.map((line) => dataset(id, line)) },
        options: {
          responsive: true, maintainAspectRatio: false, animation: false, normalized: true,
          interaction: { mode: "index", intersect: false },
          scales: { x: axis({ type: "linear", min: 0, max: lastSecond() }, "seconds since the start"), y: valueAxis(chart.scale) },
          plugins: { legend: { display: false }, tooltip: tooltips(chart.format) }
        }
      });
    }
  }

  function updateCharts() {
    for (const [id, chart] of Object.entries(charts)) {
      linesOf(id).forEach((line, i) => {
        const set = chart.data.datasets[i];
        set.data = points(id, line.of);
        set.pointRadius = radius(set.data);
      });
      chart.options.scales.x.max = lastSecond();
      chart.update();
      describe(id);
    }
  }

  /* What a chart shows last, for whoever does not see it. */
  function describe(id) {
    const canvas = element(id);
    const chart = CHARTS[id];
    canvas.dataset.meaning = canvas.dataset.meaning || canvas.getAttribute("aria-label");
    const last = partsOf(id).slice(-1)[0];
    const values = last ? linesOf(id).filter((line) => line.of(last) !== null).map((line) => line.label + " " + chart.format(line.of(last))) : [];
    canvas.setAttribute("aria-label", canvas.dataset.meaning + (values.length > 0 ? "; last: " + values.join(", ") : ""));
  }

  /* One device */

  let devices = [];
  let chosen = null;
  let shown = null;
  let asking = false;
  let searching = 0;

  async function ask(path) {
    const answer = await fetch(path, { cache: "no-store" });
    if (!answer.ok) {
      throw new Error(path + ": " + answer.status);
    }
    return answer.json();
  }

  /* A run that has ended answers no more; what is shown stays. */
  function quietly(promise) {
    return promise.catch(() => undefined);
  }

  async function findDevices() {
    const asked = ++searching;
    const found = await ask("api/devices?search=" + encodeURIComponent(element("search").value.trim()));
    if (asked !== searching || isOver()) {
      return;
    }
    const others = found.length !== devices.length;
    devices = found;
    showDevices(others);
    if (chosen === null && devices.length > 0) {
      choose(devices[0].id);
    }
  }

  function showDevices(reveal) {
    const list = element("devices");
    const scrolled = list.scrollTop;
    list.replaceChildren(...devices.map((device, i) => {
      const option = document.createElement("li");
      option.id = "device-" + i;
      option.setAttribute("role", "option");
      option.dataset.id = device.id;
      option.append(make("span", device.id), make("span", device.personalized ? "personalized" : "global"));
      return option;
    }));
    list.scrollTop = scrolled;
    text("devices-detail", devices.length === 0 ? "No device has that in its id."
      : devices.length === 1 ? "One device." : (devices.length < MOST_DEVICES || run.devices === MOST_DEVICES ? "" : "The first ") + number(devices.length) + " devices; arrow keys choose.");
    markChosen(reveal);
  }

  function markChosen(reveal) {
    const list = element("devices");
    list.removeAttribute("aria-activedescendant");
    for (const option of list.children) {
      const is = option.dataset.id === chosen;
      option.setAttribute("aria-selected", String(is));
      if (is) {
        list.setAttribute("aria-activedescendant", option.id);
        if (reveal) {
          list.scrollTop = Math.max(0, Math.min(option.offsetTop - list.offsetTop, Math.max(list.scrollTop, option.offsetTop - list.offsetTop + option.offsetHeight + 4 - list.clientHeight)));
        }
      }
    }
  }

  function choose(id) {
    chosen = id;
    markChosen(true);
    quietly(look());
  }

  function step(by) {
    if (devices.length > 0 && !isOver()) {
      const at = devices.findIndex((device) => device.id === chosen);
      choose(devices[at < 0 ? 0 : Math.max(0, Math.min(devices.length - 1, at + by))].id);
    }
  }

  async function look() {
    const id = chosen;
    const lens = await ask("api/devices/" + encodeURIComponent(id));
    if (id === chosen && !isOver()) {
      shown = lens;
      showLens(lens);
    }
  }

  function showLens(lens) {
    const delta = lens.delta;
    text("device-id", lens.id);
    text("device-model", lens.modelVersion);
    text("delta-bytes", delta ? number(delta.bytes) + " bytes" : "none yet");
    text("delta-age", delta ? count(delta.ageInteractions, "interaction", "interactions") : "–");
    text("delta-seconds", delta ? seconds(delta.ageSeconds) + (isOver() ? " before the end" : " ago") : "–");
    showWindow(lens.window, delta);
    text("ranks-detail", lens.global.length === 0 ? "It has nothing to rank with yet."
      : delta ? "Before the delta and with it; the marks say how far an item moved." : "With the global weights: it holds no delta yet.");
    element("before").replaceChildren(...lens.global.map((item) => ranked(item, wentTo(item))));
    element("after").replaceChildren(...lens.personalized.map((item) => ranked(item, cameFrom(item))));
  }

  /* Nobody answers for devices any more: the one that is shown stays. */
  function endLens() {
    for (const id of ["previous", "search", "next"]) {
      element(id).disabled = true;
    }
    element("devices").setAttribute("aria-disabled", "true");
    text("devices-detail", "The run is over: this is the last that was seen of the device.");
    chosen = shown ? shown.id : null;
    markChosen(true);
    if (shown) {
      showLens(shown);
    }
  }

  function showWindow(window, delta) {
    if (!window) {
      text("window-detail", "It has sent nothing yet.");
      element("window").replaceChildren();
      return;
    }
    const history = window.history;
    const first = window.lastSequence - history.length + 1;
    const unseen = delta ? Math.min(delta.ageInteractions, history.length) : 0;
    text("window-detail", "Its last " + count(history.length, "item", "items") + ", oldest first. The newest window carried the last " + number(Math.min(window.size, history.length))
      + (unseen > 0 ? "; the delta has not seen the last " + number(unseen) + ", dashed." : "."));
    element("window").replaceChildren(...history.map((item, i) => {
      const isUnseen = delta && first + i > delta.lastSequence;
      const chip = make("li", item.name, isUnseen ? "fresh" : i >= history.length - window.size ? "sent" : "");
      if (isUnseen) {
        chip.append(make("span", ", not seen by the delta", "hidden"));
      }
      return chip;
    }));
  }

  function ranked(item, move) {
    const entry = make("li", "");
    const name = make("span", item.name);
    name.title = item.name; // a long one is cut
    entry.append(make("span", item.rank + "."), name, move);
    return entry;
  }

  function mark(shown, said, kind) {
    const made = make("span", "", "move " + kind);
    const visible = make("span", shown);
    visible.setAttribute("aria-hidden", "true");
    made.append(visible, make("span", said, "hidden"));
    return made;
  }

  function wentTo(item) {
    return item.otherRank > BEST ? mark("▼ to " + number(item.otherRank), "falls to place " + item.otherRank, "down") : mark("", "", "");
  }

  function cameFrom(item) {
    const places = item.otherRank - item.rank;
    if (item.otherRank > BEST) {
      return mark("▲ from " + number(item.otherRank), "comes from place " + item.otherRank, "new");
    }
    return places > 0 ? mark("▲ " + places, "up by " + places, "up")
      : places < 0 ? mark("▼ " + -places, "down by " + -places, "down") : mark("=", "same place", "");
  }

  const KEYS = { ArrowDown: 1, ArrowUp: -1, PageDown: 5, PageUp: -5, Home: -Infinity, End: Infinity };

  function onListKey(event, keys) {
    if (keys.includes(event.key) && !event.altKey && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      step(KEYS[event.key]);
    }
  }

  function listen() {
    const search = element("search");
    let pause = 0;
    search.addEventListener("input", () => {
      clearTimeout(pause);
      pause = setTimeout(() => quietly(findDevices()), SEARCH_PAUSE_MILLIS);
    });
    search.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && devices.length > 0) {
        choose(devices[0].id);
      }
      onListKey(event, ["ArrowDown", "ArrowUp"]);
    });
    element("devices").addEventListener("keydown", (event) => onListKey(event, Object.keys(KEYS)));
    element("devices").addEventListener("click", (event) => {
      const option = event.target.closest("li");
      if (option && !isOver()) {
        choose(option.dataset.id);
      }
    });
    element("previous").addEventListener("click", () => step(-1));
    element("next").addEventListener("click", () => step(1));
    dark.addEventListener("change", draw);
  }

  /* The stream of what is new */

  function take(snapshot) {
    progress = snapshot.progress;
    slices = slices.slice(0, snapshot.from).concat(snapshot.slices);
    quality = snapshot.quality;
    text("quality-points", quality.fewest === 0 ? "" : " A point is the mean of at least " + number(quality.fewest) + " rankings.");
    snapshots++;
    showState();
    showFigures();
    showAmiss();
    updateCharts();
    if (isOver()) {
      endLens();
      return;
    }
    if (chosen !== null && !asking && !document.hidden) {
      asking = true;
      quietly(look()).then(() => { asking = false; });
    }
    if (snapshots % REFRESH_DEVICES === 1) {
      quietly(findDevices());
    }
  }

  function lost() {
    if (!isOver()) {
      status("note", progress === null ? "No run answers" : "Connection lost");
      text("progress-text", progress === null ? "Trying again." : "The run has ended, or does not answer. This is what it last said.");
    }
  }

  async function connect() {
    run = await ask("api/run");
    showHeader();
    draw();
    const events = new EventSource("api/events");
    events.addEventListener("snapshot", (event) => {
      take(JSON.parse(event.data));
      if (isOver()) {
        events.close();
      }
    });
    events.addEventListener("error", () => {
      events.close();
      if (!isOver()) {
        lost();
        retry();
      }
    });
  }

  function retry() {
    setTimeout(() => connect().catch(() => {
      lost();
      retry();
    }), RETRY_MILLIS);
  }

  listen();
  draw();
  connect().catch(() => {
    lost();
    retry();
  });
})();
