package duet.embedded.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import duet.embedded.SyntheticModel;
import duet.simulator.workload.SyntheticCatalogue;
import duet.simulator.workload.SyntheticLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("duet gating, and replay with a policy")
@Timeout(300)
class GatingCommandIT {
    private static final int USERS = 40;

    @TempDir private Path directory;
    private Path bundle;
    private Path log;
    private Path page;

    @BeforeEach
    void writeInputs() {
        bundle = SyntheticModel.write(directory.resolve("bundle")).directory();
        log = directory.resolve("log.csv");
        new SyntheticLog(SyntheticCatalogue.standard(), USERS, 60, 1).write(log);
        page = directory.resolve("gating.md");
    }

    @Test
    @DisplayName("measures every policy at every share, and each keeps to its share")
    void measures() throws IOException {
        CommandLineRun run =
                duet(
                        "gating",
                        "--shares",
                        "0.4",
                        "--rate",
                        "400",
                        "--name",
                        "made-up",
                        "--report",
                        page.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("Policy drift from", "Policy budget of 40.0 %", "answered");

        JsonNode result =
                new ObjectMapper().readTree(directory.resolve("gating/made-up.json").toFile());
        List<JsonNode> runs = new ArrayList<>();
        result.get("runs").forEach(runs::add);
        assertThat(runs)
                .extracting(node -> node.get("policy").asText())
                .containsExactly("always", "drift", "budget", "random");
        for (JsonNode each : runs) {
            assertThat(
                            Stream.of("deltas", "coalesced", "gated")
                                    .mapToLong(field -> each.get(field).asLong())
                                    .sum())
                    .as("accounts of %s", each)
                    .isEqualTo(each.get("windows").asLong());
            assertThat(each.get("streamUserAuc").asDouble()).isBetween(0.0, 1.0);
            assertThat(each.at("/heldOut/userAuc").asDouble()).isBetween(0.0, 1.0);
        }
        assertThat(runs.get(0).get("gated").asLong()).isZero();
        double share = 0.4;
        assertThat(runs.get(1).get("answered").asDouble()).isCloseTo(share, within(0.1));
        // What was saved while warming up may be spent, and what is saved at the end is not.
        assertThat(runs.get(2).get("answered").asDouble()).isBetween(0.25, share + 0.05);
        assertThat(runs.get(3).get("answered").asDouble()).isBetween(0.25, share + 0.05);
        assertThat(Files.readString(page)).contains("## made-up", "| random | 40 % |");
    }

    @Test
    @DisplayName("a replay on budget counts what it gated")
    void replay() throws IOException {
        Path report = directory.resolve("report");
        CommandLineRun run =
                duet(
                        "replay",
                        "--rate",
                        "500",
                        "--policy",
                        "budget",
                        "--budget",
                        "0.3",
                        "--report",
                        report.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();

        JsonNode delivery =
                new ObjectMapper()
                        .readTree(report.resolve("summary.json").toFile())
                        .get("delivery");
        assertThat(delivery.get("gated").asLong()).isPositive();
        assertThat(delivery.get("unanswered").asLong()).isZero();
        assertThat(
                        Stream.of("deltas", "coalesced", "gated", "deadLetters")
                                .mapToLong(name -> delivery.get(name).asLong())
                                .sum())
                .isEqualTo(delivery.get("windows").asLong());
        assertThat(run.out()).contains("gated windows");
    }

    @Test
    @DisplayName("refuse in one line what is out of range")
    void badOptions() {
        assertThat(duet("replay", "--budget", "0").failedWith(2)).contains("--budget", "0.001");
        assertThat(duet("replay", "--drift-threshold", "3").failedWith(2))
                .contains("--drift-threshold", "3");
        assertThat(duet("replay", "--policy", "never").failedWith(2)).contains("--policy", "never");
        assertThat(gating("--shares", "0.5,2").failedWith(2)).contains("--shares", "2");
        assertThat(gating("--name", "../up").failedWith(2)).contains("--name", "../up");
        assertThat(gating("--report", directory.resolve("page.txt").toString()).failedWith(2))
                .contains("page.txt", ".md");
    }

    /** A complete command line, with one option replaced. */
    private CommandLineRun gating(String option, String value) {
        List<String> line = new ArrayList<>(List.of("--name", "x", "--report", page.toString()));
        int at = line.indexOf(option);
        if (at < 0) {
            line.addAll(List.of(option, value));
        } else {
            line.set(at + 1, value);
        }
        return duet("gating", line.toArray(String[]::new));
    }

    private CommandLineRun duet(String command, String... more) {
        return CommandLineRun.duet(
                Stream.concat(
                                Stream.of(
                                        command,
                                        "--bundle",
                                        bundle.toString(),
                                        "--data",
                                        log.toString(),
                                        "--format",
                                        "csv"),
                                Stream.of(more))
                        .toArray(String[]::new));
    }
}
