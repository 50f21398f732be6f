package duet.simulator.report;

import static duet.simulator.report.Figures.NONE;
import static duet.simulator.report.Figures.count;
import static duet.simulator.report.Figures.duration;
import static duet.simulator.report.Figures.millis;

import duet.simulator.measurement.LatencySummary;
import duet.simulator.measurement.Stage;
import duet.simulator.summary.RunSummary;
import duet.simulator.summary.WarmUp;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Shows on the report how long answers took.
 *
 * @param stages of the steady state
 * @param phases before, during and after something that was done to the running system
 * @param warmUp what came before the steady state; null without a warm-up
 */
record LatencySection(List<Row> stages, List<Row> phases, @Nullable WarmUpTable warmUp) {
    /** Holds the percentiles of a stage or of a phase. */
    record Row(
            String name,
            String meaning,
            String p50,
            String p90,
            String p99,
            String p999,
            String max,
            String count) {}

    /** Holds the stages of the warm-up. */
    record WarmUpTable(String meaning, List<Row> stages) {}

    static LatencySection of(RunSummary s) {
        WarmUp warmUp = s.measured().warmUp();
        return new LatencySection(
                stages(s.measured().latencyMs()),
                phases(s),
                warmUp == null
                        ? null
                        : new WarmUpTable(warmUpMeaning(warmUp), stages(warmUp.latencyMs())));
    }

    boolean hasPhases() {
        return !phases.isEmpty();
    }

    private static List<Row> stages(Map<String, LatencySummary> latencies) {
        List<Row> rows = new ArrayList<>();
        for (Stage stage : Stage.values()) {
            rows.add(row(stage.title(), stage.meaning(), latencies.get(stage.key())));
        }
        return rows;
    }

    private static List<Row> phases(RunSummary s) {
        return s.measured().phases().stream()
                .map(
                        phase ->
                                row(
                                        phase.name(),
                                        "from "
                                                + duration(phase.fromSecond())
                                                + " for "
                                                + duration(phase.seconds()),
                                        phase.latencyMs()))
                .toList();
    }

    private static Row row(String name, String meaning, LatencySummary latency) {
        boolean any = latency.count() > 0;
        return new Row(
                name,
                meaning,
                any ? millis(latency.p50()) : NONE,
                any ? millis(latency.p90()) : NONE,
                any ? millis(latency.p99()) : NONE,
                any ? millis(latency.p999()) : NONE,
                any ? millis(latency.max()) : NONE,
                count(latency.count()));
    }

    private static String warmUpMeaning(WarmUp warmUp) {
        return String.format(
                Locale.ROOT,
                "The first %s, by whose end %s windows had gone out and %s deltas come back. No"
                        + " latency above counts it.",
                duration(warmUp.seconds()),
                count(warmUp.delivery().accounts().windows()),
                count(warmUp.delivery().accounts().deltas()));
    }
}
