(function () {
  "use strict";
  const summary = JSON.parse(document.getElementById("summary").textContent);
  const timeline = summary.timeline;
  const qualityPoints = JSON.parse(document.getElementById("quality-curve").textContent).points;
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  let charts = [];

  function color(name) {
    return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  }

  function number(value, digits) {
    return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
  }

  function millis(value) {
    return number(value, value < 10 ? 2 : value < 100 ? 1 : 0) + " ms";
  }

  function line(label, name, data, options) {
    return Object.assign({
      label: label, data: data, borderColor: color(name), backgroundColor: color(name), borderWidth: 2,
      pointRadius: data.length < 40 ? 2.5 : 0, pointHoverRadius: 5, pointHitRadius: 12, tension: 0, spanGaps: false
    }, options || {});
  }

  function axis(title, more) {
    return Object.assign({
      title: { display: Boolean(title), text: title, color: color("muted") },
      ticks: { color: color("muted"), maxRotation: 0, autoSkipPadding: 14, includeBounds: false },
      grid: { color: color("grid") }, border: { display: false }
    }, more || {});
  }

  /* Slices are drawn at their middle; those of the same run share one time axis. */
  const end = timeline.reduce((latest, b) => Math.max(latest, b.second + b.seconds), 0);
  /* A last one that is short says more about chance than about the run. */
  const drawn = timeline.filter((b) => b.seconds > 0 && b.seconds >= timeline[0].seconds / 2);
  const points = (value) => drawn
      .map((b) => ({ x: b.second + b.seconds / 2, y: value(b), bucket: b }));

  function timeAxis(more) {
    return axis("seconds since the start", Object.assign({ type: "linear", offset: false, min: 0, max: end, duetTime: true }, more || {}));
  }

  /* Where a phase begins, in every chart over time. */
  const marks = {
    id: "marks",
    beforeDatasetsDraw(chart) {
      const x = chart.scales.x;
      if (!chart.options.marks || !x) {
        return;
      }
      const context = chart.ctx;
      const area = chart.chartArea;
      context.save();
      context.fillStyle = color("muted");
      context.strokeStyle = color("muted");
      context.lineWidth = 1;
      context.setLineDash([3, 3]);
      summary.phases.forEach((phase) => {
        const at = x.getPixelForValue(phase.fromSecond);
        if (at > area.left + 1) {
          context.beginPath();
          context.moveTo(at, area.top);
          context.lineTo(at, area.bottom);
          context.stroke();
        }
      });
      if (summary.warmUp) {
        const until = Math.min(area.right, x.getPixelForValue(summary.warmUp.seconds));
        context.globalAlpha = .13;
        context.fillRect(area.left, area.top, until - area.left, area.bottom - area.top);
      }
      context.restore();
    },
    /* Names stand above the lines; one that would cover its neighbour is left out. */
    afterDatasetsDraw(chart) {
      const x = chart.scales.x;
      if (!chart.options.marks || !x || chart.height <= 150) {
        return;
      }
      const context = chart.ctx;
      const area = chart.chartArea;
      context.save();
      context.font = "11px " + Chart.defaults.font.family;
      let free = area.left;
      summary.phases.forEach((phase) => {
        const at = Math.max(area.left, x.getPixelForValue(phase.fromSecond));
        const width = context.measureText(phase.name).width;
        if (at >= free && at + 8 + width <= area.right) {
          context.globalAlpha = .85;
          context.fillStyle = color("surface");
          context.fillRect(at + 2, area.top, width + 6, 14);
          context.globalAlpha = 1;
          context.fillStyle = color("muted");
          context.fillText(phase.name, at + 5, area.top + 11);
          free = at + 14 + width;
        }
      });
      context.restore();
    }
  };

  function sliceTitle(items) {
    const b = items[0].raw.bucket;
    return "second " + number(b.second, 0) + " to " + number(b.second + b.seconds, b.seconds < 1 ? 1 : 0);
  }

  function legend(id, datasets) {
    const target = document.querySelector('[data-for="' + id + '"]');
    target.replaceChildren(...datasets.map((set) => {
      const entry = document.createElement("span");
      const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
      svg.setAttribute("width", "26");
      svg.setAttribute("height", "10");
      const stroke = document.createElementNS("http://www.w3.org/2000/svg", "line");
      for (const [key, value] of Object.entries({ x1: 0, x2: 26, y1: 5, y2: 5, stroke: set.borderColor,
        "stroke-width": set.borderWidth + 1, "stroke-dasharray": (set.borderDash || []).join(" ") })) {
        stroke.setAttribute(key, value);
      }
      svg.append(stroke);
      entry.append(svg, set.label);
      return entry;
    }));
  }

  function draw(id, config) {
    const canvas = document.getElementById(id);
    if (!canvas) {
      return;
    }
    if (document.querySelector('[data-for="' + id + '"]')) {
      legend(id, config.data.datasets);
    }
    config.options = Object.assign({
      responsive: true, maintainAspectRatio: false, animation: false, normalized: true,
      interaction: { mode: "index", intersect: false }
    }, config.options);
    config.options.marks = Boolean(config.options.scales && config.options.scales.x.duetTime);
    config.plugins = (config.plugins || []).concat(marks);
    config.options.plugins = Object.assign({ legend: { display: false } }, config.options.plugins);
    charts.push(new Chart(canvas, config));
  }

  function quality() {
    const means = (value) => qualityPoints.map((p) => ({ x: p.at, y: value(p), bucket: p }));
    draw("quality", {
      type: "line",
      data: { datasets: [
        line("personalized", "personalized", means((p) => p.personalizedUserAuc)),
        line("global", "global", means((p) => p.globalUserAuc), { borderDash: [7, 4], pointStyle: "rect" })
      ] },
      options: {
        scales: { x: timeAxis(), y: axis("mean user AUC", { afterFit: leftColumn }) },
        plugins: { tooltip: { callbacks: {
          title: sliceTitle,
          label: (item) => item.dataset.label + ": " + number(item.raw.y, 4),
          footer: (items) => number(items[0].raw.bucket.rankings, 0) + " rankings"
        } } }
      }
    });
    draw("samples", {
      type: "bar",
      data: { datasets: [{ label: "rankings", data: points((b) => b.rankings), backgroundColor: color("bars"), barPercentage: 1, categoryPercentage: .9 }] },
      options: {
        scales: { x: timeAxis({ grid: { display: false } }), y: axis("", { afterFit: leftColumn, beginAtZero: true, ticks: { color: color("muted"), maxTicksLimit: 3, precision: 0 } }) },
        plugins: { tooltip: { callbacks: { title: sliceTitle, label: (item) => number(item.raw.y, 0) + " rankings" } } }
      }
    });
  }

  /* One left column for charts that stand above each other, so that their time axes agree. */
  function leftColumn(scale) {
    scale.width = 64;
  }

  const intervals = {
    id: "intervals",
    afterDatasetsDraw(chart) {
      const context = chart.ctx;
      context.save();
      context.strokeStyle = color("text");
      context.lineWidth = 1.5;
      chart.getDatasetMeta(0).data.forEach((bar, i) => {
        const age = chart.data.datasets[0].ages[i];
        if (age.gainMargin === null) {
          return;
        }
        const top = chart.scales.y.getPixelForValue(age.gain + age.gainMargin);
        const bottom = chart.scales.y.getPixelForValue(age.gain - age.gainMargin);
        context.beginPath();
        context.moveTo(bar.x, top);
        context.lineTo(bar.x, bottom);
        context.moveTo(bar.x - 5, top);
        context.lineTo(bar.x + 5, top);
        context.moveTo(bar.x - 5, bottom);
        context.lineTo(bar.x + 5, bottom);
        context.stroke();
      });
      context.restore();
    }
  };

  function ages() {
    const byAge = summary.streamQuality ? summary.streamQuality.byAge : [];
    if (byAge.length === 0) {
      return;
    }
    const labels = byAge.map((a) => a.toAge === null ? a.fromAge + "+" : a.toAge === a.fromAge ? String(a.fromAge) : a.fromAge + "–" + a.toAge);
    draw("ages", {
      type: "bar",
      data: { labels: labels, datasets: [{
        label: "gain", data: byAge.map((a) => a.gain), ages: byAge, maxBarThickness: 46, borderRadius: 3,
        backgroundColor: byAge.map((a) => color(a.gain < 0 ? "global" : "personalized"))
      }] },
      options: {
        scales: {
          x: axis("interactions since the delta", { grid: { display: false } }),
          y: axis("gain in user AUC", { beginAtZero: true, afterFit: leftColumn, ticks: { color: color("muted"), autoSkip: false, maxTicksLimit: 5 },
            suggestedMax: Math.max(...byAge.map((a) => a.gain + a.gainMargin)), suggestedMin: Math.min(0, ...byAge.map((a) => a.gain - a.gainMargin)) })
        },
        plugins: { tooltip: { callbacks: { label: (item) => {
          const age = byAge[item.dataIndex];
          return [number(age.gain, 4) + (age.gainMargin === null ? "" : " ± " + number(age.gainMargin, 4)), number(age.rankings, 0) + " rankings"];
        } } } }
      },
      plugins: [intervals]
    });
  }

  function distribution() {
    const styles = {
      eventToApplied: ["Event to applied", "personalized", { borderWidth: 3 }],
      intake: ["Intake", "third", { borderDash: [8, 4] }],
      generation: ["Generation", "global", { borderDash: [2, 3] }],
      delivery: ["Delivery", "fourth", { borderDash: [10, 3, 2, 3] }],
      sendDelay: ["Send delay", "fifth", { borderDash: [4, 4] }]
    };
    /* Percentile p stands at 1 / (1 - p), on a logarithmic axis: every further nine takes the same width. */
    const datasets = Object.keys(styles).filter((stage) => summary.latencyCurves[stage].length > 0).map((stage) =>
      line(styles[stage][0], styles[stage][1],
        summary.latencyCurves[stage].filter((p) => p.millis > 0).map((p) => ({ x: 1 / (1 - p.percentile / 100), y: p.millis, percentile: p.percentile })),
        Object.assign({ pointRadius: 0 }, styles[stage][2])));
    const named = [[1, "0"], [2, "50 %"], [10, "90 %"], [100, "99 %"], [1000, "99.9 %"], [10000, "99.99 %"], [100000, "99.999 %"]];
    const last = Math.max(10, ...datasets.flatMap((set) => set.data.map((p) => p.x)));
    draw("distribution", {
      type: "line",
      data: { datasets: datasets },
      options: {
        interaction: { mode: "nearest", axis: "x", intersect: false },
        scales: {
          x: axis("share of values at most so long", { type: "logarithmic", min: 1, max: last,
            afterBuildTicks: (scale) => { scale.ticks = named.filter(([x]) => x <= last).map(([x]) => ({ value: x })); },
            ticks: { color: color("muted"), autoSkip: false, maxRotation: 0, callback: (value) => (named.find(([x]) => x === value) || ["", ""])[1] } }),
          y: axis("milliseconds", { type: "logarithmic", afterFit: leftColumn, ticks: { color: color("muted"), autoSkip: false, callback: decade } })
        },
        plugins: { tooltip: { callbacks: {
          title: (items) => items.length ? number(items[0].raw.percentile, 3).replace(/\.?0+$/, "") + " % within" : "",
          label: (item) => item.dataset.label + ": " + millis(item.raw.y)
        } } }
      }
    });
  }

  /* Names of ticks on a logarithmic axis: tens, and on an axis of less than two decades twos and fives, too. */
  function decade(value) {
    const power = Math.floor(Math.log10(value) + 1e-9);
    const named = this.max / this.min < 100 ? [1, 2, 5] : [1];
    return named.some((lead) => Math.abs(value / Math.pow(10, power) - lead) < 1e-6) ? number(value, Math.max(0, -power)) : "";
  }

  function latency() {
    draw("latency", {
      type: "line",
      data: { datasets: [
        line("longest", "fifth", points((b) => b.max), { borderDash: [2, 3], borderWidth: 1.5 }),
        line("99th percentile", "global", points((b) => b.p99), { borderDash: [7, 4] }),
        line("median", "personalized", points((b) => b.p50))
      ] },
      options: {
        scales: { x: timeAxis(), y: axis("milliseconds", { type: "logarithmic", afterFit: leftColumn, ticks: { color: color("muted"), autoSkip: false, callback: decade } }) },
        plugins: { tooltip: { callbacks: { title: sliceTitle, label: (item) => item.dataset.label + ": " + millis(item.raw.y) } } }
      }
    });
  }

  function traffic() {
    draw("traffic", {
      type: "line",
      data: { datasets: [
        line("windows sent", "global", points((b) => b.windows / b.seconds), { borderDash: [7, 4] }),
        line("deltas received", "personalized", points((b) => b.deltas / b.seconds)),
        ...(timeline.some((b) => b.coalesced > 0) ? [line("windows coalesced", "third", points((b) => b.coalesced / b.seconds), { borderDash: [2, 3] })] : []),
        ...(timeline.some((b) => b.gated > 0) ? [line("windows gated", "fourth", points((b) => b.gated / b.seconds), { borderDash: [10, 3, 2, 3] })] : [])
      ] },
      options: {
        scales: { x: timeAxis(), y: axis("a second", { beginAtZero: true, afterFit: leftColumn }) },
        plugins: { tooltip: { callbacks: { title: sliceTitle, label: (item) => item.dataset.label + ": " + number(item.raw.y, 0) + " a second" } } }
      }
    });
  }

  function drift() {
    draw("drift", {
      type: "line",
      data: { datasets: [line("change", "third", points((b) => b.drift))] },
      options: {
        scales: { x: timeAxis(), y: axis("", { beginAtZero: true, afterFit: leftColumn, ticks: { color: color("muted"), maxTicksLimit: 3 } }) },
        plugins: { tooltip: { callbacks: { title: sliceTitle, label: (item) => number(item.raw.y, 3) } } }
      }
    });
  }

  function drawAll() {
    charts.forEach((chart) => chart.destroy());
    charts = [];
    Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
    Chart.defaults.color = color("muted");
    quality();
    ages();
    distribution();
    latency();
    traffic();
    drift();
  }

  drawAll();
  dark.addEventListener("change", drawAll);
})();
