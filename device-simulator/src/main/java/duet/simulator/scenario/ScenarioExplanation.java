package duet.simulator.scenario;

import duet.simulator.network.Link;
import duet.simulator.network.OfflinePeriods;
import duet.simulator.workload.LoadCurve;
import duet.simulator.workload.ScheduledWindow;
import duet.simulator.workload.StageSpan;
import duet.simulator.workload.SyntheticCatalogue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;

/**
 * Explains what a scenario means, for someone to read before it runs or beside what it has shown.
 *
 * @param title what it is called and for
 * @param stages its load
 * @param facts everything else, one sentence or two each
 */
public record ScenarioExplanation(String title, Grid stages, List<Fact> facts) {
    /**
     * An active device holds this many bytes to make its windows, measured; an idle one costs
     * {@link #IDLE_BYTES} at most.
     */
    static final int ACTIVE_BYTES = 2_000;

    static final int IDLE_BYTES = 8;

    private static final int FIRST_WINDOWS = 5;

    /** A window has this many interactions where no model says how many it reads. */
    private static final int USUAL_LIMIT = 30;

    /** Holds rows of text under column heads. */
    public record Grid(List<String> header, List<List<String>> rows) {}

    /** Says a sentence or two about one thing. */
    public record Fact(String about, String text) {}

    /** Explains that scenario. */
    public static ScenarioExplanation of(Scenario scenario) {
        String title =
                scenario.description().isEmpty()
                        ? scenario.name()
                        : scenario.name() + ": " + scenario.description();
        return new ScenarioExplanation(title, stages(scenario), facts(scenario));
    }

    private static Grid stages(Scenario scenario) {
        LoadCurve load = scenario.loadCurve();
        boolean closed = scenario.load().arrivals().closed() != null;
        List<StageSpan> spans = scenario.stageSpans();
        List<List<String>> rows = new ArrayList<>();
        for (int i = 0; i < spans.size(); i++) {
            StageSpan span = spans.get(i);
            LoadStage stage = scenario.load().stages().get(i);
            double windows = load.totalBefore(span.to()) - load.totalBefore(span.from());
            rows.add(
                    List.of(
                            span.name(),
                            Durations.text(span.from()),
                            Durations.text(stage.duration()),
                            closed
                                    ? "as answered"
                                    : stage.from() == stage.to()
                                            ? number(stage.from())
                                            : number(stage.from()) + " to " + number(stage.to()),
                            closed ? "" : count(windows)));
        }
        rows.add(
                List.of(
                        "all",
                        "0s",
                        Durations.text(scenario.duration()),
                        "",
                        closed ? "" : count(load.total())));
        return new Grid(List.of("Stage", "begins", "takes", "windows/s", "windows"), rows);
    }

    private static List<Fact> facts(Scenario scenario) {
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("Devices", devices(scenario.fleet().devices())));
        facts.add(new Fact("Activity", activity(scenario.fleet().devices())));
        facts.add(new Fact("Arrivals", arrivals(scenario.load().arrivals())));
        facts.add(new Fact("Warm-up", warmUp(scenario.load().warmUp())));
        facts.add(new Fact("Windows", windows(scenario.fleet().windows())));
        facts.add(new Fact("World", world(scenario)));
        facts.add(new Fact("Drift", drift(scenario.conditions().drift())));
        facts.add(new Fact("Network", network(scenario)));
        facts.add(new Fact("Misbehaviour", misbehaviour(scenario.conditions().misbehaviour())));
        facts.add(new Fact("Versions", versions(scenario)));
        facts.add(new Fact("Ranking", ranking(scenario.rankingShare())));
        facts.add(new Fact("Thresholds", thresholds(scenario)));
        facts.add(new Fact("Memory", memory(scenario.fleet().devices())));
        facts.add(new Fact("Seed", String.valueOf(scenario.seed())));
        return List.copyOf(facts);
    }

    /**
     * Returns the windows that a scenario begins with, in the world it names or in that of the
     * shipped model.
     */
    public static Grid firstWindows(Scenario scenario) {
        SyntheticCatalogue world =
                scenario.fleet().catalogue() == null
                        ? SyntheticCatalogue.standard()
                        : SyntheticCatalogue.of(scenario.fleet().catalogue());
        ScenarioWorkload workload =
                new ScenarioWorkload(scenario, world, "device-", USUAL_LIMIT, 0);
        Iterator<ScheduledWindow> windows = workload.windows();
        List<List<String>> rows = new ArrayList<>();
        while (windows.hasNext() && rows.size() < FIRST_WINDOWS) {
            ScheduledWindow window = windows.next();
            rows.add(
                    List.of(
                            String.format(Locale.ROOT, "%.3f s", window.offsetMicros() / 1e6),
                            workload.deviceId(window.device()),
                            window.firstSequence() + " to " + window.lastSequence(),
                            String.valueOf(window.items()[window.items().length - 1]),
                            window.oddity().name().toLowerCase(Locale.ROOT)));
        }
        return new Grid(
                List.of("due after", "device", "interactions", "last item", "oddity"), rows);
    }

    private static String devices(DevicePopulation devices) {
        return devices.active() == devices.count()
                ? count(devices.count()) + ", all of them active"
                : count(devices.count()) + ", of which " + count(devices.active()) + " ever send";
    }

    private static String activity(DevicePopulation devices) {
        if (devices.isAlike()) {
            return "all alike; each sends once before one sends twice";
        }
        int busiest = Math.max(1, devices.active() / 100);
        String text =
                String.format(
                        Locale.ROOT,
                        "by Zipf's law with exponent %s; the busiest %s of the active devices send"
                                + " %s of all windows",
                        number(devices.skew()),
                        count(busiest),
                        percent(rounded(Activity.shareOfBusiest(devices, busiest))));
        return devices.hotDevices() == 0
                ? text
                : text
                        + String.format(
                                Locale.ROOT,
                                "; %s hot ones send %s",
                                count(devices.hotDevices()),
                                percent(devices.hotShare()));
    }

    private static String arrivals(ArrivalModel arrivals) {
        return switch (arrivals.process()) {
            case CONSTANT -> "open loop, at equal steps of the rate";
            case POISSON -> "open loop, a Poisson process";
            case DIURNAL ->
                    "open loop, a Poisson process whose rate swings by "
                            + percent(arrivals.amplitude())
                            + " with a period of "
                            + Durations.text(arrivals.period());
            case CLOSED ->
                    "closed loop: at most "
                            + count(arrivals.closed().inFlight())
                            + " windows are unanswered, the next leaves "
                            + Durations.text(arrivals.closed().thinkTime())
                            + " after an answer; latencies are those of a closed loop";
        };
    }

    private static String warmUp(Duration warmUp) {
        return warmUp.isZero()
                ? "none: everything counts"
                : "the first " + Durations.text(warmUp) + " are measured apart";
    }

    private static String windows(WindowShape windows) {
        return String.format(
                Locale.ROOT,
                "1 to %d new interactions; %s of the windows reach back over 1 to %d sent before",
                windows.maxFresh(),
                percent(windows.overlapShare()),
                windows.maxOverlap());
    }

    private static String world(Scenario scenario) {
        return scenario.fleet().catalogue() == null
                ? "that of the model"
                : String.format(
                        Locale.ROOT,
                        "%s items in %d categories, %d taste clusters, seed %d",
                        count(scenario.fleet().catalogue().items()),
                        scenario.fleet().catalogue().categories(),
                        scenario.fleet().catalogue().clusters(),
                        scenario.fleet().catalogue().seed());
    }

    private static String drift(DriftPlan drift) {
        String who = percent(drift.share()) + " of the devices";
        String when =
                drift.at().isZero()
                        ? "from the start"
                        : "from " + Durations.text(drift.at()) + " on";
        return switch (drift.kind()) {
            case NONE -> "none";
            case LIFE ->
                    "as in the log of the shipped model: a quarter of the devices goes over to"
                            + " another taste gradually, a quarter at once, each at a moment of its"
                            + " own";
            case GRADUAL ->
                    String.format(
                            Locale.ROOT,
                            "%s go over to another taste, %s, within %s interactions each",
                            who,
                            when,
                            count(drift.over()));
            case SUDDEN -> who + " go over to another taste at once, " + when;
            case SEASONAL ->
                    String.format(
                            Locale.ROOT,
                            "%s go over to another taste and back again with a period of %s, %s",
                            who,
                            Durations.text(drift.period()),
                            when);
        };
    }

    private static String network(Scenario scenario) {
        StringJoiner text = new StringJoiner("; ");
        link("up", scenario.conditions().network().up(), text);
        link("down", scenario.conditions().network().down(), text);
        OfflinePeriods offline = scenario.conditions().network().offline();
        if (offline.share() > 0 && !offline.duration().isZero()) {
            text.add(
                    String.format(
                            Locale.ROOT,
                            "%s of the devices are offline for %s of every %s and %s",
                            percent(offline.share()),
                            Durations.text(offline.duration()),
                            Durations.text(offline.every()),
                            offline.catchUp()
                                    ? "then send what they held back"
                                    : "lose what they would have sent"));
        }
        scenario.allConditions()
                .outages()
                .forEach(
                        outage ->
                                text.add(
                                        String.format(
                                                Locale.ROOT,
                                                "%s of the devices are offline from %s on for %s"
                                                        + " and come back all at once",
                                                percent(outage.share()),
                                                Durations.text(outage.at()),
                                                Durations.text(outage.duration()))));
        return text.length() == 0 ? "that of this machine, nothing added" : text.toString();
    }

    private static void link(String direction, Link link, StringJoiner text) {
        if (!link.isPerfect()) {
            text.add(
                    String.format(
                            Locale.ROOT,
                            "%s with a median of %s, a p99 of %s and %s lost",
                            direction,
                            Durations.text(link.median()),
                            Durations.text(link.p99()),
                            percent(link.loss())));
        }
    }

    private static String misbehaviour(Misbehaviour misbehaviour) {
        StringJoiner text = new StringJoiner("; ");
        part(text, misbehaviour.repeats(), "of the windows are sent again");
        part(text, misbehaviour.reordering(), "leave after a newer one");
        part(text, misbehaviour.gaps(), "follow interactions that are never sent");
        part(text, misbehaviour.garbage(), "are garbage");
        part(
                text,
                misbehaviour.skewedDevices(),
                "of the devices have a clock that is wrong by "
                        + Durations.text(misbehaviour.clockSkew()));
        return text.length() == 0 ? "none" : text.toString();
    }

    private static void part(StringJoiner text, double share, String what) {
        if (share > 0) {
            text.add(percent(share) + " " + what);
        }
    }

    private static String versions(Scenario scenario) {
        StringJoiner text = new StringJoiner("; ");
        scenario.fleet()
                .versions()
                .forEach(v -> part(text, v.share(), "of the devices run " + v.bundle()));
        return text.length() == 0 ? "all devices run the model of the run" : text.toString();
    }

    private static String ranking(double share) {
        return share == 0
                ? "devices do not rank"
                : "devices rank before " + percent(share) + " of their windows";
    }

    private static String thresholds(Scenario scenario) {
        StringJoiner text = new StringJoiner("; ");
        scenario.thresholds().forEach(threshold -> text.add(threshold.toString()));
        return text.length() == 0 ? "none" : text.toString();
    }

    private static String memory(DevicePopulation devices) {
        double bytes =
                (double) devices.active() * ACTIVE_BYTES
                        + (double) (devices.count() - devices.active()) * IDLE_BYTES;
        return "at most about "
                + count(Math.max(1, bytes / 1e6))
                + " MB for what the devices do, deltas and records apart";
    }

    private static String percent(double share) {
        return number(share * 100) + " %";
    }

    /** Rounds a share to a tenth of a percent. */
    private static double rounded(double share) {
        return Math.round(share * 1e3) / 1e3;
    }

    private static String count(double value) {
        return String.format(Locale.ROOT, "%,.0f", value);
    }

    /** Writes a number with up to three places after the point, without zeros that say nothing. */
    private static String number(double value) {
        String text = String.format(Locale.ROOT, "%,.3f", value);
        return text.replaceFirst("\\.?0+$", "");
    }
}
