package duet.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import duet.cli.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.function.IntBinaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("A log that gives little to learn:")
class PoorLogsIT {
    private static final long START = 1_600_000_000L;

    @TempDir private Path directory;
    private Path log;
    private final StringBuilder rows = new StringBuilder("user,item,timestamp\n");

    @BeforeEach
    void name() {
        log = directory.resolve("log.csv");
    }

    /** Adds users who take an item each, which follows from their number and the position. */
    private PoorLogsIT users(String name, int users, int interactions, IntBinaryOperator item) {
        for (int user = 0; user < users; user++) {
            for (int i = 0; i < interactions; i++) {
                rows.append(name).append(user).append(',');
                rows.append(item.applyAsInt(user, i)).append(',');
                rows.append(START + 60L * i + user).append('\n');
            }
        }
        return this;
    }

    private CommandLineRun run(String command, String... more) throws IOException {
        Files.writeString(log, rows.toString());
        String[] args = new String[3 + more.length];
        args[0] = command;
        args[1] = "--data";
        args[2] = log.toString();
        System.arraycopy(more, 0, args, 3, more.length);
        return CommandLineRun.wide(args);
    }

    private CommandLineRun train(String backbone) throws IOException {
        return run(
                "train",
                "--backbone",
                backbone,
                "--width",
                "8",
                "--epochs",
                "2",
                "--out",
                bundle().toString());
    }

    private Path bundle() {
        return directory.resolve("bundle");
    }

    private String evaluate() throws IOException {
        return run("evaluate", "--ages", "0,5", "--bundle", bundle().toString()).succeeded();
    }

    private double shrinkage() throws IOException {
        JsonNode manifest = new ObjectMapper().readTree(bundle().resolve("manifest.json").toFile());
        return manifest.at("/metrics").get("validation.shrinkage").asDouble();
    }

    @Test
    @DisplayName("a handful of users are not personalized for")
    void small() throws IOException {
        Random random = new Random(1);
        users("u", 5, 6, (user, i) -> random.nextInt(12));

        train("sasrec").succeeded();

        assertThat(shrinkage()).isZero();
        assertThat(evaluate())
                .contains(
                        "Verdict: no difference that this log shows: with a delta and without, all"
                                + " rank alike");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"sasrec", "gru4rec", "din"})
    @DisplayName("one user took the same item a thousand times")
    void oneItemAThousandTimes(String backbone) throws IOException {
        Random random = new Random(1);
        users("bot", 1, 1000, (user, i) -> 7);
        users("u", 40, 8, (user, i) -> random.nextInt(30));

        train(backbone).succeeded();

        assertThat(evaluate()).contains("Verdict: ");
        assertThat(run("inspect").succeeded()).contains("bot0 with 1,000");
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"sasrec", "gru4rec", "din"})
    @DisplayName("there are three items, and whoever took all of them is not ranked for")
    void threeItems(String backbone) throws IOException {
        Random random = new Random(1);
        users("two", 30, 8, (user, i) -> (user + random.nextInt(2)) % 3);
        users("all", 10, 6, (user, i) -> i % 3);

        train(backbone).succeeded();

        assertThat(evaluate())
                .contains("Skipped 10 of 40 users: 10 who touched every item", "Verdict: ");
    }

    @Test
    @DisplayName("users who are all the same leave nothing to rank against")
    void identical() throws IOException {
        users("u", 30, 10, (user, i) -> i);

        assertThat(train("sasrec").refused()).contains("there is nothing to rank against");
        assertThat(run("inspect", "--verdict").succeeded())
                .contains(
                        "Verdict: this log does not tell: ", "none of 30 users can be ranked for");
    }

    @Test
    @DisplayName("one user tells nothing")
    void single() throws IOException {
        users("u", 1, 30, (user, i) -> i);

        assertThat(train("sasrec").refused()).contains("there is only user u0");
        assertThat(run("inspect", "--verdict").succeeded())
                .contains("Verdict: this log does not tell: ");
    }
}
