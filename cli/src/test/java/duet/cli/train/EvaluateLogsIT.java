package duet.cli.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import duet.cli.CommandLineRun;
import duet.model.verdict.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("duet evaluate, on a log with a long tail,")
class EvaluateLogsIT {
    private static final int USERS = 80;

    @TempDir private Path directory;
    private Path log;
    private Path bundle;

    /** Every fourth interaction is with an item that nobody else touches. */
    @BeforeEach
    void writeLog() throws IOException {
        log = directory.resolve("log.csv");
        bundle = directory.resolve("bundle");
        Random random = new Random(3);
        StringBuilder text = new StringBuilder("user,item,timestamp\n");
        int rare = 1000;
        for (int user = 0; user < USERS; user++) {
            for (int i = 0; i < 8; i++) {
                double place = random.nextDouble();
                int item = random.nextInt(4) == 0 ? rare++ : (int) (60 * place * place);
                text.append(user).append(',').append(item).append(',');
                text.append(1_700_000_000 + 1000 * i + user).append('\n');
            }
        }
        Files.writeString(log, text);
    }

    private String train(String... more) {
        return run("train", more, "--backbone", "sasrec", "--width", "8", "--epochs", "1", "--out")
                .succeeded();
    }

    private CommandLineRun run(String command, String[] more, String... last) {
        return CommandLineRun.wide(
                Stream.of(
                                Stream.of(command, "--data", log.toString(), "--format", "csv"),
                                Stream.of(more),
                                Stream.of(last),
                                Stream.of(bundle.toString()))
                        .flatMap(part -> part)
                        .toArray(String[]::new));
    }

    private CommandLineRun evaluate(String... more) {
        return run("evaluate", more, "--json", json().toString(), "--bundle");
    }

    private Path json() {
        return directory.resolve("out.json");
    }

    private JsonNode document() throws IOException {
        return new ObjectMapper().readTree(json().toFile());
    }

    @Test
    @DisplayName(
            "skips and counts users whom the model cannot rank for, as the documented hold-out")
    void holdOut() throws IOException {
        train("--users", "0.3-1");

        String shown = evaluate("--users", "0-0.3").succeeded();

        JsonNode document = document();
        int skipped = document.at("/skipped/unknownTestItem").asInt();
        assertThat(skipped).isPositive();
        assertThat(document.at("/users/ranked").asInt() + skipped)
                .isEqualTo(document.at("/users/total").asInt());
        JsonNode manifest = new ObjectMapper().readTree(bundle.resolve("manifest.json").toFile());
        assertThat(manifest.at("/trainingOptions/log.users").asText()).isEqualTo("0.3-1");
        assertThat(shown).doesNotContain("Note:");
        assertThat(shown)
                .contains("Skipped " + skipped + " of ", "whose test item the model does not know")
                .contains("±", "personalized − global: userAuc ");
        assertThat(document.at("/difference/userAuc/interval95")).hasSize(2);
        assertThat(document.at("/globalInterval95/hr10")).hasSize(2);
        assertThat(shown).contains("popularity alone: userAuc ");
        assertThat(document.at("/popularity/users").asInt())
                .isEqualTo(document.at("/users/ranked").asInt());
        assertThat(document.at("/candidates/kind").asText()).isEqualTo("uniform");
        assertThat(document.at("/candidates/max").asInt()).isEqualTo(100);
        assertThat(evaluate("--users", "0-0.3", "--strict").refused())
                .contains("has the test item", "which the model does not know");
        assertThat(evaluate().succeeded())
                .contains("trained on the users 0.3-1, tested are 0-1", "a leak");
        assertThat(evaluate("--users", "0-0.3", "--where", "item <> ''").succeeded())
                .contains("Note: --where or --query select other rows than in training");
        assertThat(document().at("/leaks")).hasSize(1);
        // Everything, not a hundred.
        assertThat(evaluate("--users", "0-0.3", "--candidates", "all", "--ages", "0,2").succeeded())
                .contains("all that it never touched");
        assertThat(document().at("/global/auc").isNull()).isTrue();
        assertThat(document().at("/personalized/userAuc").asDouble()).isBetween(0.0, 1.0);
        assertThat(document().at("/popularity/userAuc").asDouble()).isBetween(0.0, 1.0);
        assertThat(document().at("/popularity/auc").isNull()).isTrue();
        assertThat(document().at("/candidates/min").asInt()).isGreaterThan(100);
        assertThat(document().at("/differenceByAge/2/userAuc/mean").isNumber()).isTrue();
        assertThat(evaluate("--users", "0-0.3", "--negatives", "popular").succeeded())
                .contains("drawn by popularity: fewer than 99 where the users of this log");
        assertThat(document().at("/candidates/min").asInt()).isLessThan(100);
        assertThat(evaluate("--candidates", "all", "--fine-tune", "1").refused())
                .contains("--fine-tune");
        assertThat(run("replay", new String[] {"--candidates", "all"}, "--bundle").refused())
                .contains("--candidates all is measured offline");
        assertThat(evaluate("--candidates", log.toString(), "--negatives", "popular").refused())
                .contains("--negatives popular");
    }

    @Test
    @DisplayName("splits at a time that is the same for all, and says where the training did not")
    void split() throws IOException {
        String training = train("--split", "time=0.7");
        assertThat(training).contains("Network and generator: 1 epoch, the best was 1 ");
        Path manifest = bundle.resolve("manifest.json");
        String trained =
                new ObjectMapper()
                        .readTree(manifest.toFile())
                        .at("/trainingOptions/split")
                        .asText();
        assertThat(trained).startsWith("time=");

        assertThat(evaluate().succeeded()).doesNotContain("Note:");

        assertThat(document().get("split").asText()).isEqualTo(trained);
        int ranked = document().at("/users/ranked").asInt();
        assertThat(ranked).isPositive();
        // The two commands count the same users.
        assertThat(training)
                .contains(
                        String.format(
                                Locale.ROOT,
                                "%d users have a test item, %d of them one that the model will not"
                                        + " know",
                                ranked + document().at("/skipped/unknownTestItem").asInt(),
                                document().at("/skipped/unknownTestItem").asInt()));
        assertThat(evaluate("--split", "last").succeeded()).contains("Note:", "a leak");
        assertThat(document().get("split").asText()).isEqualTo("last");
        assertThat(document().get("trainingSplit").asText()).isEqualTo(trained);
        assertThat(evaluate("--split", "time=2400-01-01").refused())
                .contains("none of 80 users can be ranked for: 80 without an interaction to test");
        assertThat(evaluate("--split", "time=soon").refused()).contains("'time=soon'");
    }

    @Test
    @DisplayName("does not show metrics that lists are too short for")
    void shortLists() throws IOException {
        train();
        List<String> lines = Files.readAllLines(log);
        Path candidates = directory.resolve("candidates.tsv");
        String last = lines.get(8).split(",")[1]; // of user 0
        Files.writeString(candidates, "0\t" + last + "\t" + untouched(lines, 9) + "\n");

        String shown = evaluate("--candidates", candidates.toString()).succeeded();

        assertThat(shown).contains("Each ranks 10 candidates, as the file says", "–");
        assertThat(document().at("/personalized/hr5").isNumber()).isTrue();
        assertThat(document().at("/personalized/hr10").isNull()).isTrue();
        assertThat(document().at("/difference/hr10/mean").isNull()).isTrue();
        assertThat(document().at("/skipped/noCandidates").asInt()).isEqualTo(USERS - 1);
        Files.writeString(candidates, "0\t" + last + "\t" + last + "\n");
        assertThat(evaluate("--candidates", candidates.toString()).refused())
                .contains("candidates.tsv:1:", "is the positive");
    }

    @Test
    @DisplayName("judges, beside a control too, and refuses one of another log or split")
    void verdict() throws IOException {
        train();
        Path own = bundle;
        bundle = directory.resolve("control");
        train("--joint", "--device-memory", "0.8,0.98", "--history", "40");
        Path control = bundle;
        bundle = directory.resolve("later");
        train("--split", "time=0.99999");
        bundle = own;

        String shown = evaluate("--ages", "0,3", "--control", control.toString()).succeeded();

        assertThat(shown)
                .contains(", a device that keeps 40 items:")
                .containsPattern("Verdict: .*a device that keeps 40 items");
        JsonNode document = document();
        assertThat(document.at("/verdict/word").asText())
                .isIn(
                        Stream.of(Verdict.Word.values())
                                .map(Verdict.Word::toString)
                                .collect(Collectors.toList()));
        assertThat(shown).contains("Verdict: " + document.at("/verdict/line").asText());
        assertThat(document.at("/verdict/oldest/age").asInt()).isEqualTo(3);
        assertThat(document.at("/verdict/device/keeps").asInt()).isEqualTo(40);
        assertThat(document.at("/control/minusGlobal/userAuc/mean").asDouble())
                .isEqualTo(
                        document.at("/control/global/userAuc").asDouble()
                                - document.at("/global/userAuc").asDouble(),
                        within(1e-9));
        assertThat(document.at("/control/personalizedMinus/userAuc/interval95")).hasSize(2);
        // A single user has no interval.
        List<String> lines = Files.readAllLines(log);
        Path candidates = directory.resolve("candidates.tsv");
        Files.writeString(
                candidates, "0\t" + lines.get(8).split(",")[1] + "\t" + untouched(lines, 9) + "\n");
        assertThat(evaluate("--candidates", candidates.toString()).succeeded())
                .contains("Verdict: this log does not tell: fewer than two users");

        assertThat(evaluate("--control", directory.resolve("later").toString()).refused())
                .containsPattern("the control sasrec-\\w+ (knows|was trained with the split)");
        assertThat(evaluate("--control", directory.resolve("none").toString()).refused())
                .contains(directory.resolve("none").toString());
        assertThat(
                        evaluate(
                                        "--control",
                                        Path.of("..", "models", "demo").toAbsolutePath().toString())
                                .refused())
                .contains("the control sasrec-", "train both on the same log");
    }

    private static String untouched(List<String> lines, int count) {
        List<String> touched =
                lines.subList(1, 9).stream().map(line -> line.split(",")[1]).toList();
        return String.join(
                ",",
                lines.subList(9, lines.size()).stream()
                        .map(line -> line.split(",")[1])
                        .distinct()
                        .filter(item -> !touched.contains(item))
                        .limit(count)
                        .toList());
    }
}
