package duet.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import duet.cli.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("duet evaluate --fine-tune")
class FineTuningIT {
    private static final List<String> METRICS =
            List.of("auc", "userAuc", "ndcg5", "hr5", "ndcg10", "hr10", "ndcg20", "hr20");

    @TempDir private Path directory;
    private Path log;
    private Path bundle;

    @BeforeEach
    void trainModel() {
        log = directory.resolve("log.csv");
        bundle = directory.resolve("bundle");
        CommandLineRun.wide(
                        "synthesize",
                        "--out",
                        log.toString(),
                        "--users",
                        "60",
                        "--interactions",
                        "20")
                .succeeded();
        CommandLineRun.wide(
                        "train",
                        "--data",
                        log.toString(),
                        "--format",
                        "csv",
                        "--backbone",
                        "sasrec",
                        "--width",
                        "8",
                        "--epochs",
                        "1",
                        "--out",
                        bundle.toString())
                .succeeded();
    }

    @Test
    @DisplayName("compares some users' fine-tuned models with the global and the generated one")
    void compares() throws IOException {
        Path json = directory.resolve("out.json");
        String shown =
                evaluate("--fine-tune", "3", "--ages", "0,20", "--json", json.toString())
                        .succeeded();

        assertThat(shown).contains("3 users, fine-tuned in", "fine-tuned", "a user, generating");
        JsonNode result = new ObjectMapper().readTree(json.toFile());
        for (String metric : METRICS) {
            assertThat(result.at("/fineTuned/" + metric).asDouble(-1)).isBetween(0.0, 1.0);
        }
        assertThat(result.at("/fineTuned/users").asInt()).isEqualTo(3);
        assertThat(result.at("/global/users").asInt()).isEqualTo(60);
        assertThat(result.get("personalizedByAge").fieldNames())
                .toIterable()
                .containsExactly("0", "20");
        JsonNode tuning = result.get("fineTuning");
        assertThat(tuning.at("/global/users").asInt()).isEqualTo(3);
        assertThat(tuning.at("/personalized/users").asInt()).isEqualTo(3);
        assertThat(tuning.get("secondsPerUser").asDouble()).isPositive();
        assertThat(tuning.get("secondsPerGeneration").asDouble()).isPositive();
        assertThat(tuning.get("epochs").asInt()).isPositive();
        // Fine-tuned models are other models.
        assertThat(result.get("fineTuned")).isNotEqualTo(tuning.get("global"));
    }

    @Test
    @DisplayName("takes the same users for the same seed")
    void reproducible() throws IOException {
        assertThat(fineTuned("--seed", "3")).isEqualTo(fineTuned("--seed", "3"));
        assertThat(fineTuned("--seed", "4")).isNotEqualTo(fineTuned("--seed", "3"));
    }

    private JsonNode fineTuned(String... seed) throws IOException {
        Path json = directory.resolve("out.json");
        evaluate(
                        Stream.concat(
                                        Stream.of("--fine-tune", "2", "--json", json.toString()),
                                        Stream.of(seed))
                                .toArray(String[]::new))
                .succeeded();
        JsonNode result = new ObjectMapper().readTree(json.toFile());
        return result.get("fineTuned");
    }

    @Test
    @DisplayName("refuses fewer users than one, and more than there are")
    void badInput() {
        assertThat(evaluate("--fine-tune", "0").refused())
                .isEqualTo("duet: --fine-tune is 0, it must be 1 to 60");
        assertThat(evaluate("--fine-tune", "61").refused())
                .isEqualTo("duet: --fine-tune is 61, it must be 1 to 60");
        assertThat(evaluate("--fine-tune", "many").refused()).contains("--fine-tune", "'many'");
    }

    @Test
    @DisplayName("leaves out who has a validation item that the model does not know, said at once")
    void unknownValidationItem() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(log));
        String user = lines.get(1).split(",")[0];
        List<Integer> own =
                IntStream.range(1, lines.size())
                        .filter(line -> lines.get(line).startsWith(user + ","))
                        .boxed()
                        .sorted(Comparator.comparingLong(line -> time(lines.get(line))))
                        .toList();
        int validation = own.get(own.size() - 2);
        lines.set(validation, user + ",999999999," + time(lines.get(validation)));
        Files.write(log, lines);

        assertThat(evaluate("--fine-tune", "60").refused())
                .isEqualTo("duet: --fine-tune is 60, it must be 1 to 59");
    }

    private static long time(String line) {
        return Long.parseLong(line.split(",")[2]);
    }

    private CommandLineRun evaluate(String... more) {
        return CommandLineRun.wide(
                Stream.concat(
                                Stream.of(
                                        "evaluate",
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
