package duet.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import duet.cli.CommandLineRun;
import duet.embedded.EmbeddedStack;
import duet.jobs.ParameterGenerationJob;
import duet.jobs.generation.DeltaEncoding;
import duet.testkit.SyntheticModel;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("duet simulate --find-rate")
class FindRateIT {
    private static final double FROM = 100;

    /**
     * As near as the search tells rates apart, so that it ends after a few steps whatever they
     * show.
     */
    private static final double TO = 105;

    @TempDir private static Path directory;
    private static Path bundle;
    private static EmbeddedStack cluster;

    @TempDir private Path report;

    @BeforeAll
    static void start() {
        bundle = SyntheticModel.write(directory.resolve("bundle")).directory();
        cluster =
                EmbeddedStack.start(ParameterGenerationJob.serving(bundle, DeltaEncoding.INT8), 2);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    @DisplayName("reports its steps, the highest rate that was kept, and the run of that rate")
    void found() throws IOException {
        CommandLineRun run = find("p99 < 60 s");
        JsonNode summary = SummarySchema.read(report);
        JsonNode search = summary.get("rateSearch");
        assertThat(search.get("steps")).hasSizeBetween(2, 6);
        double kept = 0;
        for (JsonNode step : search.get("steps")) {
            double rate = step.get("perSecond").asDouble();
            assertThat(rate).isBetween(FROM, TO);
            assertThat(step.at("/latencyMs/count").asLong()).isPositive();
            // On a machine that is busy otherwise the load generator may be the limit of any step.
            if (step.get("met").asBoolean() && !step.get("bottleneck").asBoolean()) {
                kept = Math.max(kept, rate);
            }
        }
        assertThat(search.get("highestPerSecond").asDouble()).isEqualTo(kept);
        assertThat(run.exitCode()).as(run.err()).isEqualTo(kept > 0 ? 0 : 1);
        assertThat(summary.get("complete").asBoolean()).isTrue();
        if (kept > 0) {
            assertThat(summary.at("/run/ratePerSecond").asDouble()).isEqualTo(kept);
        }
        assertThat(run.out())
                .contains(
                        "Step 1: 10 devices send 100 windows/s",
                        search.get("verdict").asText(),
                        "| Step |");
        assertThat(report.resolve("report.html"))
                .content()
                .contains(search.get("verdict").asText().replace("<", "&lt;"));
    }

    @Test
    @DisplayName("fails with one line, after its report, where no rate keeps the threshold")
    void nothing() throws IOException {
        assertThat(find("p99 < 0.001 ms").failedWith(1))
                .startsWith("duet: ")
                .endsWith(" p99 < 0.001 ms");
        JsonNode search = SummarySchema.read(report).get("rateSearch");
        assertThat(search.get("highestPerSecond").isNull()).isTrue();
        assertThat(search.get("steps")).hasSize(3);
    }

    private CommandLineRun find(String threshold) {
        return CommandLineRun.duet(
                "simulate",
                "--bootstrap-servers",
                cluster.bootstrapServers(),
                "--bundle",
                bundle.toString(),
                "--devices",
                "10",
                "--find-rate",
                threshold,
                "--from",
                Double.toString(FROM),
                "--to",
                Double.toString(TO),
                "--step-duration",
                "200ms",
                "--report",
                report.toString());
    }
}
