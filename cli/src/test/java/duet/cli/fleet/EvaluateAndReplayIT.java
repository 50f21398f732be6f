package duet.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import duet.cli.CommandLineRun;
import duet.simulator.workload.SyntheticCatalogue;
import duet.simulator.workload.SyntheticLog;
import duet.testkit.SyntheticModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("duet evaluate and duet replay")
class EvaluateAndReplayIT {

    private static final List<String> METRICS =
            List.of("auc", "userAuc", "ndcg5", "hr5", "ndcg10", "hr10", "ndcg20", "hr20");
    private static final int USERS = 60;

    @TempDir private Path directory;
    private Path bundle;
    private Path log;

    @BeforeEach
    void writeInputs() {
        bundle = SyntheticModel.write(directory.resolve("bundle")).directory();
        log = directory.resolve("log.csv");
        new SyntheticLog(SyntheticCatalogue.standard(), USERS, 40, 1).write(log);
    }

    @Test
    @DisplayName("write the metrics as JSON, by age where asked")
    void json() throws IOException {
        JsonNode result = evaluate("--ages", "0,5,10");

        for (String side : List.of("global", "personalized")) {
            for (String metric : METRICS) {
                assertThat(result.at("/" + side + "/" + metric).asDouble(-1))
                        .as(side + " " + metric)
                        .isBetween(0.0, 1.0);
            }
        }
        assertThat(result.get("personalizedByAge").fieldNames())
                .toIterable()
                .containsExactly("0", "5", "10");
        assertThat(result.at("/personalizedByAge/0")).isEqualTo(result.get("personalized"));
        assertThat(result.at("/personalizedByAge/10")).isNotEqualTo(result.get("personalized"));
        assertThat(evaluate().has("personalizedByAge")).isFalse();
    }

    @Test
    @DisplayName("agree: what devices measure after the stream is what offline evaluation says")
    void agree() throws IOException {
        JsonNode offline = evaluate();
        Path report = directory.resolve("report");
        CommandLineRun run = replay("--encoding", "float32", "--report", report.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("Streaming", "windows", "bytes per delta", "personalized");

        JsonNode online = SummarySchema.read(report);
        assertThat(report.resolve("report.html")).isNotEmptyFile();
        for (String side : List.of("global", "personalized")) {
            for (String metric : METRICS) {
                assertThat(online.at("/" + side + "/" + metric).asDouble(-1))
                        .as(side + " " + metric)
                        .isCloseTo(
                                offline.at("/" + side + "/" + metric).asDouble(),
                                within(rounding(metric)));
            }
        }
        assertThat(online.get("global")).isNotEqualTo(online.get("personalized"));
        JsonNode heldOut = online.get("heldOut");
        for (String same :
                List.of("split", "trainingSplit", "leaks", "users", "skipped", "candidates")) {
            assertThat(heldOut.get(same)).as(same).isEqualTo(offline.get(same));
        }
        // By the normal distribution here and by Student's t there.
        JsonNode ends = offline.at("/difference/userAuc/interval95");
        assertThat(online.get("gainMargin").asDouble())
                .isCloseTo(
                        (ends.get(1).asDouble() - ends.get(0).asDouble()) / 2, withinPercentage(5));
        assertThat(online.at("/run/devicesWithDelta").asInt()).isEqualTo(USERS);
        JsonNode delivery = online.get("delivery");
        assertThat(delivery.get("windows").asLong()).isGreaterThan(USERS);
        assertThat(
                        Stream.of("deltas", "coalesced", "gated", "deadLetters")
                                .mapToLong(name -> delivery.get(name).asLong())
                                .sum())
                .isEqualTo(delivery.get("windows").asLong());
        assertThat(delivery.get("deadLetters").asLong()).isZero();
        assertThat(online.at("/latencyMs").properties())
                .isNotEmpty()
                .allMatch(
                        stage ->
                                Stream.of("p50", "p90", "p99", "p999", "max")
                                        .allMatch(stage.getValue()::has));
    }

    /**
     * How much a metric may change where a device's arithmetic and the engine's round differently:
     * a near tie that is swapped takes one user across a cut-off, or moves one negative of one
     * user.
     */
    private static double rounding(String metric) {
        return metric.toLowerCase(Locale.ROOT).endsWith("auc") ? 0.002 : 1.01 / USERS;
    }

    @Test
    @DisplayName("say among what the held-out items were ranked, and by how many users")
    void candidates() throws IOException {
        Path report = directory.resolve("report");
        String shown = replay("--negatives", "popular", "--report", report.toString()).succeeded();

        assertThat(SummarySchema.read(report).at("/heldOut/candidates/kind").asText())
                .isEqualTo("popular");
        assertThat(Files.readString(report.resolve("report.html")))
                .contains("drawn by popularity from what the user never touched")
                .doesNotContain("among items they never touched");
        assertThat(shown)
                .contains("on the devices of 60 of 60 users", "drawn by popularity", "userAuc");
    }

    @Test
    @DisplayName("send int4 deltas of at most 450 bytes where nothing else is asked for")
    void smallDeltas() throws IOException {
        Path report = directory.resolve("report");
        CommandLineRun run = replay("--report", report.toString());
        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode online = SummarySchema.read(report);
        assertThat(online.at("/delivery/bytesPerDelta").asDouble()).isBetween(288.0, 450.0);
    }

    @Test
    @DisplayName("say why windows end in the dead letters: who touched only what the model lacks")
    void unknownItems() throws IOException {
        StringBuilder stranger = new StringBuilder();
        for (int i = 0; i < 6; i++) {
            stranger.append("stranger,").append(900_000 + i).append(',').append(1_700_000_000 + i);
            stranger.append('\n');
        }
        Files.writeString(log, stranger, StandardOpenOption.APPEND);

        String shown = replay().succeeded();

        assertThat(shown)
                .contains("Skipped 1 of 61 users: 1 whose test item the model does not know")
                .containsPattern(
                        "Note: \\d+ windows? ended in the dead letters: window of"
                                + " device=user-stranger leaves no item that model version \\S+"
                                + " knows among its newest \\d");
    }

    @Test
    @DisplayName("refuse a place that they cannot write to before they work")
    void unwritable() {
        Path nowhere = directory.resolve("no/such/folder/out.json");
        assertThat(run("evaluate", "--json", nowhere.toString()).failedWith(2))
                .contains(nowhere.toString());
        assertThat(run("evaluate", "--json", directory.toString()).failedWith(2))
                .contains(directory.toString());
        assertThat(run("replay", "--report", log.toString()).failedWith(2))
                .contains(log.toString());
        assertThat(run("evaluate", "--ages", "0,-5").failedWith(2)).contains("--ages", "-5");
        assertThat(run("replay", "--rate", "0").failedWith(2)).contains("--rate");
        assertThat(run("replay", "--parallelism", "0").failedWith(2)).contains("--parallelism");
        assertThat(run("replay", "--encoding", "int3").failedWith(2))
                .contains("--encoding", "int3");
    }

    private JsonNode evaluate(String... more) throws IOException {
        Path json = directory.resolve("out.json");
        CommandLineRun run =
                run(
                        "evaluate",
                        Stream.concat(Stream.of("--json", json.toString()), Stream.of(more))
                                .toArray(String[]::new));
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).contains("global", "personalized", "userAuc");
        return new ObjectMapper().readTree(json.toFile());
    }

    private CommandLineRun replay(String... more) {
        return run(
                "replay",
                Stream.concat(Stream.of("--rate", "500", "--seed", "3"), Stream.of(more))
                        .toArray(String[]::new));
    }

    private CommandLineRun run(String command, String... more) {
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
