package duet.cli.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import duet.cli.CommandLineRun;
import duet.simulator.workload.SyntheticCatalogue;
import duet.simulator.workload.SyntheticLog;
import duet.testkit.SyntheticModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("duet gating, and replay with a policy")
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
    @DisplayName(
            "measures every policy at every share over the same rankings, and each keeps to its"
                    + " share")
    void measures() throws IOException {
        CommandLineRun run =
                duet(
                        "gating",
                        "--shares",
                        "0.4",
                        "--streams",
                        "2",
                        "--users",
                        "0-0.8",
                        "--name",
                        "made-up",
                        "--report",
                        page.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("over random", "budget");

        JsonNode result =
                new ObjectMapper().readTree(directory.resolve("gating/made-up.json").toFile());
        assertThat(result.get("devices").asInt()).isBetween(USERS / 2, USERS - 1);
        assertThat(result.get("rankings").asLong()).isPositive();
        List<JsonNode> runs = new ArrayList<>();
        result.get("runs").forEach(runs::add);
        assertThat(runs)
                .extracting(node -> node.get("policy").asText())
                .containsExactly("always", "drift", "budget", "random");
        for (JsonNode each : runs) {
            assertThat(each.get("deltas").asLong() + each.get("gated").asLong())
                    .as("accounts of %s", each)
                    .isEqualTo(each.get("windows").asLong());
            assertThat(each.get("userAuc").asDouble()).isBetween(0.0, 1.0);
            assertThat(each.at("/heldOut/userAuc").asDouble()).isBetween(0.0, 1.0);
        }
        assertThat(runs.get(0).get("gated").asLong()).isZero();
        double share = 0.4;
        assertThat(runs.get(1).get("answered").asDouble()).isCloseTo(share, within(0.05));
        // What is saved at the end is not spent.
        assertThat(runs.get(2).get("answered").asDouble()).isBetween(0.25, share);
        assertThat(runs.get(3).get("answered").asDouble()).isBetween(0.25, share);
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
        assertThat(gating("--users", "0.5-0.2").failedWith(2)).contains("--users", "0.5-0.2");
        assertThat(gating("--streams", "0").failedWith(2)).contains("--streams", "0");
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
