package duet.bench.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import duet.bench.measurement.BenchRun;
import duet.bench.measurement.MeasuredJob;
import duet.cluster.Cluster;
import duet.cluster.ClusterShape;
import duet.testkit.Eventually;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The measurement of throughput")
class ThroughputBenchIT {
    private static final Path HOME = Path.of(System.getProperty("duet.home"));

    @Test
    @DisplayName("gives both jobs the same windows and records as large, and leaves no topic")
    void measures(@TempDir Path directory) throws Exception {
        Cluster cluster =
                Cluster.up(
                        directory.resolve("cluster"), ClusterShape.onFreePorts(1, 2), line -> {});
        Thread onAbort = new Thread(cluster::down);
        Runtime.getRuntime().addShutdownHook(onAbort);
        try {
            BenchReport report;
            try (ThroughputBench bench =
                    new ThroughputBench(
                            cluster,
                            HOME.resolve("models").resolve("demo"),
                            new BenchOptions(200, 4_000, 1),
                            List.of())) {
                report = bench.run(line -> {});
            }
            assertThat(report.runs())
                    .extracting(BenchRun::job)
                    .containsExactly(MeasuredJob.GENERATION, MeasuredJob.PASS_THROUGH);
            BenchRun job = report.runs().get(0);
            BenchRun passThrough = report.runs().get(1);
            assertThat(job.sizes().valueBytesPerRecord()).isGreaterThan(100);
            assertThat(passThrough.sizes().valueBytesPerRecord())
                    .isEqualTo(Math.round(job.sizes().valueBytesPerRecord()));
            assertThat(passThrough.coalesced()).isZero();
            assertThat(report.runs())
                    .allSatisfy(
                            run -> {
                                assertThat(run.rates().wholeWindowsPerSecond()).isPositive();
                                assertThat(run.processor().cpuMicrosPerWindow())
                                        .containsOnlyKeys("brokers", "others", "taskManagers");
                                assertThat(run.processor().partMicrosPerWindow()).isNull();
                            });
            assertThat(report.recordedRuns())
                    .extracting(BenchRun::job)
                    .containsExactly(MeasuredJob.GENERATION, MeasuredJob.PASS_THROUGH);
            assertThat(report.recordedRuns())
                    .allSatisfy(
                            run -> {
                                assertThat(sum(run.processor().partMicrosPerWindow()))
                                        .isCloseTo(
                                                run.processor()
                                                        .cpuMicrosPerWindow()
                                                        .get("taskManagers"),
                                                withinPercentage(1));
                            });
            try (Admin admin = cluster.brokers().admin()) {
                assertThat(Eventually.get("the topics", admin.listTopics().names()))
                        .noneMatch(topic -> topic.contains("bench"));
            }
        } finally {
            cluster.down();
            cluster.delete();
            Runtime.getRuntime().removeShutdownHook(onAbort);
        }
    }

    private static double sum(Map<String, Double> parts) {
        return parts.values().stream().mapToDouble(Double::doubleValue).sum();
    }
}
