package duet.bench.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import duet.bench.latency.LatencyBench;
import duet.bench.latency.LatencyFigure;
import duet.bench.latency.LatencyReport;
import duet.bench.measurement.BenchRun;
import duet.bench.measurement.BenchSettings;
import duet.bench.measurement.MeasuredJob;
import duet.bench.startup.StartUpBench;
import duet.bench.startup.StartUpFigure;
import duet.bench.state.StateBench;
import duet.bench.state.StateFigure;
import duet.testkit.SyntheticModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is measured adds up; how fast it is, is no matter of a test. */
@DisplayName("The bench in one JVM")
class PipelineBenchIT {
    private static BenchSettings settings;

    @BeforeAll
    static void model(@TempDir Path directory) {
        settings =
                new BenchSettings(
                        SyntheticModel.writeSmall(directory.resolve("bundle"), 3).directory(),
                        true,
                        1,
                        2);
    }

    @Test
    @DisplayName("gives both jobs the same windows and records as large, at every encoding")
    void pipeline() {
        Map<String, PipelineFigure> figures =
                new PipelineBench(settings, new PipelineSize(1, 200, 2_000, 4_000, 1_000, 1_000))
                        .run(line -> {});
        assertThat(figures.keySet())
                .containsExactly("int4", "int8", "float32", "float32Full", "default");
        assertThat(figures.get("default")).isSameAs(figures.get("int4"));
        assertThat(figures.get("float32Full").bytesPerDelta()).isBetween(8_448.0, 8_700.0);
        assertThat(figures.get("int4").bytesPerDelta())
                .isLessThan(figures.get("int8").bytesPerDelta());
        assertThat(figures.values())
                .allSatisfy(
                        figure -> {
                            List<BenchRun> runs = figure.drained().runs();
                            assertThat(runs)
                                    .extracting(BenchRun::job)
                                    .containsExactly(
                                            MeasuredJob.GENERATION, MeasuredJob.PASS_THROUGH);
                            assertThat(runs.get(1).sizes().valueBytesPerRecord())
                                    .isCloseTo(
                                            runs.get(0).sizes().valueBytesPerRecord(), within(0.5));
                            assertThat(runs.get(1).coalesced()).isZero();
                            assertThat(figure.drained().parts().partMicros())
                                    .containsOnlyKeys(
                                            figure.drained()
                                                    .parts()
                                                    .passThroughPartMicros()
                                                    .keySet());
                            assertThat(figure.deltasPerSecond()).isPositive();
                        });
    }

    @Test
    @DisplayName("knows which window an answer is to, for either job, and loses none")
    void latency() {
        LatencyReport report =
                new LatencyBench(
                                settings,
                                // So few devices that windows are answered along with others.
                                new LatencyBench.Size(
                                        40, 2_000, Duration.ofMillis(100), Duration.ofMillis(500)))
                        .run(300, line -> {});
        assertThat(report.limitPerSecond())
                .isBetween(
                        report.limitPerSecondRange().get(0), report.limitPerSecondRange().get(1));
        assertThat(report.rates())
                .extracting(LatencyFigure::share)
                .containsExactly(null, 0.1, 0.5, 0.8);
        assertThat(report.rates().get(3).perSecond()).isEqualTo(0.8 * report.limitPerSecond());
        assertThat(report.rates())
                .allSatisfy(
                        figure -> {
                            assertThat(figure.job().count())
                                    .isEqualTo(figure.passThrough().count())
                                    .isEqualTo(figure.jobSendDelay().count())
                                    .isPositive();
                            assertThat(figure.job().p50()).isPositive();
                        });
    }

    @Test
    @DisplayName("counts the state of a device in either backend")
    void state() {
        assertThat(new StateBench(settings, 300, 2).run(line -> {}))
                .extracting(StateFigure::backend)
                .containsExactly("hashmap", "rocksdb");
    }

    @Test
    @DisplayName("starts everything in a JVM of its own until a device has its delta")
    void startUp() {
        StartUpFigure figure = new StartUpBench(settings).run(line -> {});
        assertThat(figure.firstDeltaSeconds()).isGreaterThan(figure.readySeconds());
    }
}
