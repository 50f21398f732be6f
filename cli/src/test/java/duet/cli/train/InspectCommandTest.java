package duet.cli.train;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import duet.cli.CommandLineRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("duet inspect")
class InspectCommandTest {

    @TempDir private Path directory;

    private Path synthesized() {
        Path log = directory.resolve("log.csv");
        CommandLineRun.wide(
                        "synthesize",
                        "--out",
                        log.toString(),
                        "--users",
                        "60",
                        "--interactions",
                        "20")
                .succeeded();

        return log;
    }

    @Test
    @DisplayName("shows what is in a log, and writes it as JSON")
    void inspects() throws IOException {
        Path log = synthesized();
        Path json = directory.resolve("found.json");

        String shown =
                CommandLineRun.wide("inspect", "--data", log.toString(), "--json", json.toString())
                        .succeeded();

        assertThat(shown)
                .contains(
                        "Read as csv",
                        "left out",
                        "popularity alone",
                        "./duet train --backbone sasrec --out BUNDLE --width");
        JsonNode found = new ObjectMapper().readTree(json.toFile());
        assertThat(found.at("/sizes/read/users").asInt()).isEqualTo(60);
        assertThat(found.at("/sizes/read/interactions").asInt())
                .isEqualTo(found.at("/reading/rows").asInt());
        assertThat(found.at("/ofUser/histogram").size()).isPositive();
        assertThat(found.at("/recommendation/width").asInt()).isPositive();
    }

    @Test
    @DisplayName("offers a verdict, and says it after a short training")
    void verdict() throws IOException {
        Path log = synthesized();
        Path json = directory.resolve("found.json");

        assertThat(CommandLineRun.wide("inspect", "--data", log.toString()).succeeded())
                .containsPattern("duet inspect --verdict trains for about \\d+ s and says it")
                .doesNotContain("Verdict:");
        String shown =
                CommandLineRun.wide(
                                "inspect",
                                "--verdict",
                                "--data",
                                log.toString(),
                                "--json",
                                json.toString())
                        .succeeded();

        assertThat(shown)
                .contains(
                        "A short training on 60 users, twice, about ",
                        "the same, personalized",
                        "Verdict: ",
                        "It comes from at most ",
                        " of 60 users, and a whole training gives other figures");
        JsonNode verdict = new ObjectMapper().readTree(json.toFile()).get("verdict");
        assertThat(shown).contains("Verdict: " + verdict.get("line").asText());
        assertThat(verdict.at("/training/users").asInt()).isEqualTo(60);
        assertThat(verdict.at("/personalizedByAge/0/users").asInt()).isEqualTo(60);
        assertThat(verdict.at("/both/userAuc").isNumber()).isTrue();
    }

    @Test
    @DisplayName("does not fail where a log is too small to tell anything")
    void tooSmall() throws IOException {
        StringBuilder rows = new StringBuilder("user,item,timestamp\n");
        for (int user = 0; user < 9; user++) {
            for (int i = 0; i < 6; i++) {
                rows.append(user).append(',').append(i % 3).append(',').append(1_600_000_000 + i);
                rows.append('\n');
            }
        }
        Path log = Files.writeString(directory.resolve("log.csv"), rows.toString());

        assertThat(
                        CommandLineRun.wide("inspect", "--verdict", "--data", log.toString())
                                .succeeded())
                .contains("Verdict: this log does not tell: ", "9 users can be ranked for");
    }

    @Test
    @DisplayName("says what may be done about rows that repeat others, unless it is done")
    void repeats() throws IOException {
        StringBuilder rows = new StringBuilder("user,item,timestamp,event\n");
        for (int i = 0; i < 120; i++) {
            String row = i % 10 + "," + i / 10 + "," + (1_600_000_000 + i) + ",";
            rows.append(row).append("view\n").append(row).append("cart\n");
        }
        Path log = Files.writeString(directory.resolve("log.csv"), rows.toString());

        assertThat(CommandLineRun.wide("inspect", "--data", log.toString()).succeeded())
                .contains("Some rows repeat others: --drop-repeats leaves them out");
        assertThat(
                        CommandLineRun.wide("inspect", "--data", log.toString(), "--drop-repeats")
                                .succeeded())
                .doesNotContain("Some rows repeat others");
    }

    @Test
    @DisplayName("shows ids that would control a terminal, without doing so")
    void hostileIds() throws IOException {
        StringBuilder rows = new StringBuilder("user,item,timestamp\n");
        for (int i = 0; i < 400; i++) {
            rows.append("u\u001b]0;x\u0007\u202e,")
                    .append(i % 9)
                    .append(',')
                    .append(i)
                    .append('\n');
            for (int user = 0; user < 30; user++) {
                if (i < 6) {
                    rows.append(user).append(',').append(i).append(',').append(i).append('\n');
                }
            }
        }
        Path log = Files.writeString(directory.resolve("l\u001b[2J\u202e.csv"), rows.toString());

        String shown = CommandLineRun.wide("inspect", "--data", log.toString()).succeeded();

        assertThat(shown)
                .contains("u?]0;x?? with 400")
                .doesNotContain("\u001b", "\u0007", "\u202e");
    }

    @Test
    @DisplayName("fails without controlling the terminal, with a stack trace, too")
    void hostileName() {
        CommandLineRun run =
                CommandLineRun.wide(
                        "inspect", "--verbose", "--data", directory + "/\u001b[2J\u202e.csv");

        assertThat(run.exitCode()).isEqualTo(2);
        assertThat(run.err())
                .contains("?[2J?.csv", "InvalidInputException", "\tat duet.")
                .doesNotContain("\u001b", "\u202e");
    }

    @Test
    @DisplayName("says how much is left out with the users who are not asked for")
    void inspectsAPart() throws IOException {
        Path log = synthesized();
        Path json = directory.resolve("found.json");

        String shown =
                CommandLineRun.wide(
                                "inspect",
                                "--data",
                                log.toString(),
                                "--users",
                                "0-0.30",
                                "--json",
                                json.toString())
                        .succeeded();

        assertThat(shown).contains("Left out users outside --users 0-0.3: ");
        JsonNode found = new ObjectMapper().readTree(json.toFile());
        JsonNode left = found.at("/reading/leftOut");
        long users = 0;
        long interactions = 0;
        for (JsonNode reason : left) {
            users += reason.at("/users").asLong();
            interactions += reason.at("/interactions").asLong();
        }
        assertThat(users)
                .isEqualTo(
                        found.at("/sizes/read/users").asLong()
                                - found.at("/sizes/kept/users").asLong());
        assertThat(interactions)
                .isEqualTo(
                        found.at("/sizes/read/interactions").asLong()
                                - found.at("/sizes/kept/interactions").asLong());
    }

    @Test
    @DisplayName("says of one that it is one, and where the first bad row stands")
    void inspectsOne() throws IOException {
        Path log =
                Files.writeString(
                        directory.resolve("log.csv"),
                        "user_id,item_id\n"
                                + "u,1\nu,2\nu,3\nu,4\nu,5\n"
                                + "v,1\nv,2\nv,3\nv,4\nv,5\n"
                                + "short,1\n,2\n");

        assertThat(
                        CommandLineRun.wide("inspect", "--data", log.toString(), "--skip-bad-rows")
                                .succeeded())
                .contains(
                        "Left out 1 bad row: no user id, first in " + log + ":13: \",2\"",
                        "Left out users with fewer than 5 interactions: 1 user, 1 interaction");
    }

    @Test
    @DisplayName("refuses what is no log in one line, with exit code 2")
    void refuses() throws IOException {
        Path log = Files.writeString(directory.resolve("log.csv"), "a,b\n1,2\n");

        assertThat(CommandLineRun.wide("inspect", "--data", log.toString()).refused())
                .contains(log.toString());
    }
}
