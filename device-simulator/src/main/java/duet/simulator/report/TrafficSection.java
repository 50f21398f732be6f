package duet.simulator.report;

import static duet.simulator.report.Figures.count;
import static duet.simulator.report.Figures.millis;
import static duet.simulator.report.Figures.percent;

import duet.simulator.measurement.Stage;
import duet.simulator.report.ReportPage.Fact;
import duet.simulator.summary.Delivery;
import duet.simulator.summary.LoadGenerator;
import duet.simulator.summary.RunSummary;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Shows on the report what went out and came back.
 *
 * @param loadGenerator how well the load generator kept up
 * @param sendDelays how long windows that were due waited for it
 * @param accounts the equation of the windows
 * @param delivery every count
 * @param hasDrift whether changes of deltas were measured
 */
record TrafficSection(
        List<Fact> loadGenerator,
        List<SendDelays.Row> sendDelays,
        String accounts,
        List<Fact> delivery,
        boolean hasDrift) {

    static TrafficSection of(RunSummary s) {
        return new TrafficSection(
                loadGenerator(s.loadGenerator()),
                SendDelays.rows(s.recording().histograms().stage(Stage.SEND_DELAY)),
                accounts(s.delivery().accounts()),
                delivery(s.delivery()),
                s.recording().timeline().stream().anyMatch(slice -> slice.drift() != null));
    }

    boolean hasSendDelays() {
        return !sendDelays.isEmpty();
    }

    private static List<Fact> loadGenerator(LoadGenerator generator) {
        return List.of(
                new Fact("Never sent", count(generator.unsent()), "arrivals of the schedule"),
                new Fact("Sent behind", count(generator.behind()), "left more than 10 ms late"),
                new Fact(
                        "Processor share",
                        percent(generator.processorShare()),
                        "of the machine, while it sent"),
                new Fact(
                        "Longest pause",
                        millis(generator.longestPauseMs()) + " ms",
                        "for garbage collection, while it sent"));
    }

    private static String accounts(Delivery.Accounts windows) {
        return String.format(
                Locale.ROOT,
                "%s windows = %s deltas + %s coalesced − %s repeated + %s gated + %s dead letters +"
                        + " %s unanswered%s",
                count(windows.windows()),
                count(windows.deltas()),
                count(windows.coalesced()),
                count(windows.repeated()),
                count(windows.gated()),
                count(windows.deadLetters()),
                count(windows.unanswered()),
                windows.windows()
                                == windows.deltas()
                                        + windows.coalesced()
                                        - windows.repeated()
                                        + windows.gated()
                                        + windows.deadLetters()
                                        + windows.unanswered()
                        ? "."
                        : ": some count more than once.");
    }

    private static List<Fact> delivery(Delivery d) {
        List<Fact> rows = new ArrayList<>();
        rows.add(new Fact("Windows", count(d.accounts().windows()), "taken by the broker"));
        rows.add(
                new Fact(
                        "Republished",
                        count(d.accounts().republished()),
                        "of these, sent again for the model a device had just gone over to"));
        rows.add(
                new Fact("Deltas", count(d.accounts().deltas()), "different ones, for this fleet"));
        rows.add(
                new Fact(
                        "Coalesced",
                        count(d.accounts().coalesced()),
                        "answered by a delta made for a newer window of the same device"));
        rows.add(
                new Fact(
                        "Repeated",
                        count(d.accounts().repeated()),
                        "answered once more, as a job does that goes on from its last checkpoint"));
        rows.add(new Fact("Gated", count(d.accounts().gated()), "the job decided not to answer"));
        rows.add(
                new Fact(
                        "Dead letters",
                        count(d.accounts().deadLetters()),
                        "refused with a reason"));
        rows.add(new Fact("Unanswered", count(d.accounts().unanswered()), "none of these"));
        d.received()
                .outcomes()
                .forEach((outcome, n) -> addIfAny(rows, "Outcome " + outcome, n, meaning(outcome)));
        rows.add(
                new Fact(
                        "Duplicates",
                        count(d.received().duplicates()),
                        "delta records delivered again"));
        rows.add(
                new Fact(
                        "Malformed",
                        count(d.received().malformedDeltas()),
                        "records of the delta topic that are no delta"));
        rows.add(
                new Fact(
                        "Send failures",
                        count(d.sending().sendFailures()),
                        "not taken by the broker"));
        rows.add(
                new Fact(
                        "Sent behind",
                        count(d.sending().sentBehind()),
                        "left more than 10 ms late"));
        addIfAny(rows, "Never sent", d.unsent(), "arrivals of the schedule");
        addIfAny(
                rows,
                "Held offline",
                d.network().heldOffline(),
                "until the device had a connection");
        addIfAny(rows, "Lost on the way up", d.network().lostUp(), "by the simulated network");
        addIfAny(
                rows,
                "Lost on the way down",
                d.network().lostDown(),
                "deltas, by the simulated network");
        addIfAny(
                rows,
                "Superseded",
                d.network().superseded(),
                "deltas overtaken while a device was offline");
        addIfAny(rows, "Garbage", d.garbage(), "spoilt on purpose, expected as dead letters");
        return rows;
    }

    private static void addIfAny(List<Fact> rows, String name, long value, String note) {
        if (value > 0) {
            rows.add(new Fact(name, count(value), note));
        }
    }

    private static String meaning(String outcome) {
        return switch (outcome) {
            case "APPLIED" -> "the device ranks with it";
            case "STALE" -> "the device held the same or a newer one";
            case "OTHER_VERSION" -> "for another model version";
            case "OTHER_DEVICE" -> "for another device";
            case "UNSIGNED" -> "not signed by a key the device trusts";
            case "CORRUPT" ->
                    "did not hold together, or was of an encoding or rank the device does not know";
            default -> "";
        };
    }
}
