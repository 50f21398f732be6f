package duet.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import duet.cluster.chaos.ChaosOptions;
import duet.cluster.chaos.ChaosReport;
import duet.cluster.chaos.ChaosRun;
import duet.cluster.chaos.Fault;
import duet.cluster.chaos.RoundResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every fault once under 2,000 devices, with every tenth record hostile; what it showed stands in
 * {@code target/chaos.json}, logs of rounds that failed beside it.
 */
@Tag("chaos")
@DisplayName("2,000 devices on a cluster")
class ChaosIT {
    @Test
    @Timeout(3600)
    @DisplayName("have what they should after every fault")
    void everyFault(@TempDir Path directory) throws Exception {
        ChaosOptions options =
                new ChaosOptions(
                                Fault.values().length,
                                7,
                                2_000,
                                300,
                                new ChaosOptions.Times(
                                        Duration.ofSeconds(8), Duration.ofSeconds(12)),
                                List.of(Fault.values()))
                        .withHostile(0.1);
        Path target = ClusterIT.HOME.resolve(Path.of("deploy", "cluster", "target"));
        Path file = target.resolve("chaos.json");
        Files.createDirectories(target);
        Cluster cluster =
                Cluster.up(
                        directory.resolve("cluster"), ClusterShape.onFreePorts(2, 2), line -> {});
        Thread onAbort = new Thread(cluster::down);
        Runtime.getRuntime().addShutdownHook(onAbort);
        ChaosReport report;
        try (ChaosRun run =
                ChaosRun.start(
                        cluster,
                        ClusterIT.HOME.resolve("models").resolve("demo"),
                        options,
                        target.resolve("chaos-failed-rounds"))) {
            report = run.run(soFar -> write(soFar, file));
        } finally {
            cluster.down();
            cluster.delete();
            Runtime.getRuntime().removeShutdownHook(onAbort);
        }
        assertThat(report.rounds()).allSatisfy(round -> assertThat(round.problem()).isNull());
        assertThat(report.rounds()).extracting(RoundResult::passed).containsOnly(true);
    }

    private static void write(ChaosReport report, Path file) {
        try {
            report.write(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
