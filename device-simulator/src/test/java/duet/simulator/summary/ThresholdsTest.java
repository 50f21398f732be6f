package duet.simulator.summary;

import static org.assertj.core.api.Assertions.assertThat;

import duet.simulator.report.SampleRun;
import duet.simulator.threshold.Metric;
import duet.simulator.threshold.Operator;
import duet.simulator.threshold.Threshold;
import duet.simulator.threshold.Unit;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ThresholdsTest {
    private static final RunSummary RUN = SampleRun.summary("sasrec-0123", List.of());

    @Test
    @DisplayName("every metric that a threshold may name is measured")
    void everyMetric() {
        for (Metric metric : Metric.all()) {
            for (Unit unit : metric.kind().units()) {
                Threshold threshold = new Threshold(metric, Operator.AT_LEAST, 0, unit);
                assertThat(Thresholds.value(threshold, RUN)).as(threshold.toString()).isPresent();
            }
        }
    }

    @Test
    @DisplayName("values are in the threshold's unit")
    void units() {
        double millis = value("p99 < 1 ms", RUN);
        assertThat(millis).isEqualTo(RUN.measured().latencyMs().get("eventToApplied").p99());
        assertThat(value("p99 < 1 s", RUN)).isEqualTo(millis / 1000);
        assertThat(value("lost < 1 %", SampleRun.silent())).isEqualTo(100);
        assertThat(value("lost < 1", SampleRun.silent())).isEqualTo(1);
        assertThat(value("gain.userAuc > 0", RUN))
                .isEqualTo(
                        RUN.quality().personalized().userAuc() - RUN.quality().global().userAuc());
    }

    @Test
    @DisplayName("what a run did not measure it does not keep, whichever way the threshold points")
    void notMeasured() {
        RunSummary silent =
                SampleRun.silent()
                        .judgedBy(
                                List.of(
                                        Threshold.parse("p99 < 100 ms"),
                                        Threshold.parse("gain.userAuc > -1"),
                                        Threshold.parse("bytesPerDelta < 9000"),
                                        Threshold.parse("deadLetters = 0")));
        assertThat(silent.verdict().thresholds())
                .extracting(ThresholdResult::measured)
                .containsExactly("not measured", "not measured", "not measured", "0");
        assertThat(silent.missed())
                .extracting(ThresholdResult::text)
                .containsExactly("p99 < 100 ms", "gain.userAuc > -1", "bytesPerDelta < 9000");
    }

    private static double value(String threshold, RunSummary run) {
        return Thresholds.value(Threshold.parse(threshold), run).orElseThrow();
    }
}
