package duet.simulator.report;

import duet.simulator.summary.LoadGenerator;
import duet.simulator.summary.RunFacts;
import duet.simulator.summary.RunSummary;
import java.util.ArrayList;
import java.util.List;

/**
 * Finds what stands first on the report: whether the figures can be believed, and whether they are
 * what was asked for.
 */
final class ReportVerdict {
    /**
     * Holds one verdict.
     *
     * @param mark a sign that says the same as the colour
     */
    record Pill(boolean good, String mark, String text) {}

    private final RunSummary run;

    ReportVerdict(RunSummary run) {
        this.run = run;
    }

    List<Pill> pills() {
        List<Pill> pills = new ArrayList<>();
        pills.add(
                pill(
                        run.verdict().complete(),
                        run.verdict().complete() ? "Every window accounted for" : "Incomplete"));
        LoadGenerator generator = run.loadGenerator();
        if (generator.bottleneck()) {
            pills.add(pill(false, "The load generator was the bottleneck"));
        }
        if (generator.brokersSlow()) {
            pills.add(pill(false, "The brokers took less than was sent"));
        }
        if (!generator.bottleneck() && !generator.brokersSlow()) {
            pills.add(pill(true, "The load generator kept up"));
        }
        int missed = run.missed().size();
        int thresholds = run.verdict().thresholds().size();
        if (thresholds > 0) {
            pills.add(
                    pill(
                            missed == 0,
                            missed == 0
                                    ? thresholds == 1
                                            ? "The threshold is met"
                                            : "All " + thresholds + " thresholds met"
                                    : missed + " of " + thresholds + " thresholds missed"));
        }
        return pills;
    }

    /** Returns what stands against the figures, a sentence each. */
    List<String> failures() {
        List<String> failures = new ArrayList<>();
        if (run.verdict().missing() != null) {
            failures.add(run.verdict().missing());
        }
        failures.addAll(run.loadGenerator().reasons());
        return failures;
    }

    /** Returns what a reader has to know, but for failures. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (run.run().rate().arrivals().equals(RunFacts.CLOSED)) {
            notes.add(
                    "A closed loop: a window was sent when an earlier one was answered, so a slower"
                        + " system got fewer windows. Do not compare these latencies with those of"
                        + " an open loop.");
        }
        if (run.measured().warmUp() != null) {
            notes.add(
                    "Latencies and the rate are those of the steady state; the first "
                            + Figures.duration(run.measured().warmUp().seconds())
                            + " were warm-up and stand apart. Counts are of the whole run.");
        }
        if (run.quality().heldOut() != null) {
            run.quality()
                    .heldOut()
                    .leaks()
                    .forEach(leak -> notes.add("Ranking quality: " + leak + "."));
        }
        notes.addAll(run.verdict().warnings());
        return notes;
    }

    private static Pill pill(boolean good, String text) {
        return new Pill(good, good ? "✓" : "✗", text);
    }
}
