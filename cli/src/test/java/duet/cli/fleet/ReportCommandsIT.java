package duet.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import duet.cli.CommandLineRun;
import duet.embedded.EmbeddedStack;
import duet.jobs.ParameterGenerationJob;
import duet.jobs.generation.DeltaEncoding;
import duet.testkit.SyntheticModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Reports from the command line")
class ReportCommandsIT {

    private static final int PARTS = 2;

    @TempDir private Path directory;
    private Path bundle;
    private Path scenario;

    @BeforeEach
    void writeFiles() throws IOException {
        bundle = SyntheticModel.write(directory.resolve("bundle")).directory();
        scenario =
                Files.writeString(
                        directory.resolve("scenario.yaml"),
                        """
                        name: strict
                        devices: {count: 20}
                        warmUp: 1s
                        stages:
                          - {kind: hold, duration: 4s, rate: 40}
                        thresholds: ["lost = 0", "p50 < 0.001 ms", "rate > 1"]
                        """);
    }

    @Test
    @DisplayName("are merged from the parts of a fleet, and name the thresholds that were missed")
    void merge() throws IOException {
        List<CommandLineRun> runs;
        try (EmbeddedStack cluster =
                EmbeddedStack.start(
                        ParameterGenerationJob.serving(bundle, DeltaEncoding.INT8), 2)) {
            runs = parts(cluster.bootstrapServers());
        }
        long windows = 0;
        for (int part = 1; part <= PARTS; part++) {
            assertMissed(runs.get(part - 1));
            JsonNode summary = SummarySchema.read(report(part));
            assertThat(summary.get("complete").asBoolean()).isTrue();
            assertThat(summary.at("/part/index").asInt()).isEqualTo(part);
            assertThat(summary.at("/scenario/name").asText()).isEqualTo("strict");
            windows += summary.at("/delivery/windows").asLong();
        }

        Path all = directory.resolve("all");
        assertMissed(
                CommandLineRun.duet(
                        "report",
                        "merge",
                        report(1).toString(),
                        report(2).toString(),
                        "--out",
                        all.toString()));
        JsonNode merged = SummarySchema.read(all);
        assertThat(merged.at("/delivery/windows").asLong()).isEqualTo(windows).isPositive();
        assertThat(
                        merged.at("/latencyMs/eventToApplied/count").asLong()
                                + merged.at("/warmUp/latencyMs/eventToApplied/count").asLong())
                .isEqualTo(windows);
        assertThat(merged.at("/run/devices").asInt()).isEqualTo(20);
        assertThat(merged.get("parts")).hasSize(PARTS);
        assertThat(all.resolve("report.html")).isNotEmptyFile();

        CommandLineRun shown = CommandLineRun.duet("report", "show", all.toString());
        assertMissed(shown);
        assertThat(shown.out()).contains("Threshold", "p50 < 0.001 ms", "MISSED");

        assertThat(merge(report(1), report(1)).failedWith(2))
                .contains("part-1", "part.index is 1, as in");
        assertThat(merge(report(1), all).failedWith(2)).contains("part is null");
        assertThat(merge(report(1), directory).failedWith(2)).contains("summary.json");
    }

    @Test
    @DisplayName("need a command that there is")
    void usage() {
        assertThat(CommandLineRun.duet("report").failedWith(2)).contains("merge or show");
        assertThat(CommandLineRun.duet("report", "merge", "--out", "x").failedWith(2))
                .contains("DIR");
    }

    private List<CommandLineRun> parts(String bootstrapServers) {
        ExecutorService threads = Executors.newFixedThreadPool(PARTS);
        try {
            return IntStream.rangeClosed(1, PARTS)
                    .mapToObj(
                            part ->
                                    CompletableFuture.supplyAsync(
                                            () -> simulate(bootstrapServers, part), threads))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .toList();
        } finally {
            threads.shutdownNow();
        }
    }

    private CommandLineRun simulate(String bootstrapServers, int part) {
        return CommandLineRun.duet(
                "simulate",
                "--bootstrap-servers",
                bootstrapServers,
                "--bundle",
                bundle.toString(),
                "--scenario",
                scenario.toString(),
                "--part",
                part + "/" + PARTS,
                "--fleet-id",
                "shared",
                "--report",
                report(part).toString());
    }

    private CommandLineRun merge(Path first, Path second) {
        return CommandLineRun.duet(
                "report",
                "merge",
                first.toString(),
                second.toString(),
                "--out",
                directory.resolve("refused").toString());
    }

    private Path report(int part) {
        return directory.resolve("part-" + part);
    }

    private static void assertMissed(CommandLineRun run) {
        assertThat(run.failedWith(1))
                .contains("threshold p50 < 0.001 ms missed: ")
                .doesNotContain("lost")
                .doesNotContain("rate");
    }
}
