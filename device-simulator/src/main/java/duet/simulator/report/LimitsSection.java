package duet.simulator.report;

import static duet.simulator.report.Figures.millis;
import static duet.simulator.report.Figures.rate;

import duet.simulator.summary.RateSearchSummary;
import duet.simulator.summary.RateStep;
import duet.simulator.summary.RunSummary;
import duet.simulator.summary.ThresholdResult;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Shows on the report what the run had to keep.
 *
 * @param thresholds what became of the run's thresholds
 * @param rates the search for the highest rate; null without one
 */
record LimitsSection(List<ThresholdRow> thresholds, @Nullable Rates rates) {
    /** Says what became of a threshold; {@code tone} is better or worse. */
    record ThresholdRow(String text, String measured, String mark, String verdict, String tone) {}

    /** Shows the search for the highest rate that keeps a threshold. */
    record Rates(String threshold, String verdict, List<RateRow> rows) {}

    record RateRow(
            String perSecond,
            String achieved,
            String p50,
            String p99,
            String measured,
            String verdict,
            String tone) {}

    static LimitsSection of(RunSummary s) {
        RateSearchSummary search = s.measured().rateSearch();
        return new LimitsSection(
                thresholds(s),
                search == null
                        ? null
                        : new Rates(search.threshold(), search.verdict(), rates(search)));
    }

    boolean hasThresholds() {
        return !thresholds.isEmpty();
    }

    private static List<ThresholdRow> thresholds(RunSummary s) {
        return s.verdict().thresholds().stream()
                .map(
                        threshold ->
                                new ThresholdRow(
                                        threshold.text(),
                                        threshold.measured(),
                                        threshold.met() ? "✓" : "✗",
                                        threshold.met() ? "met" : "missed",
                                        threshold.met() ? "better" : "worse"))
                .toList();
    }

    private static List<RateRow> rates(RateSearchSummary search) {
        String text = search.threshold();
        return search.steps().stream()
                .map(
                        step ->
                                new RateRow(
                                        rate(step.perSecond()),
                                        rate(step.achievedPerSecond()),
                                        millis(step.latencyMs().p50()),
                                        millis(step.latencyMs().p99()),
                                        new ThresholdResult(text, step.value(), step.met())
                                                .measured(),
                                        (step.outcome() == RateStep.Outcome.KEPT ? "✓ " : "✗ ")
                                                + step.outcome().text(),
                                        step.outcome() == RateStep.Outcome.KEPT
                                                ? "better"
                                                : "worse"))
                .toList();
    }
}
