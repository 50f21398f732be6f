package duet.interactions.inspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import duet.interactions.LogReader;
import duet.interactions.LogSource;
import duet.model.network.Backbone;
import duet.model.training.options.ModelSizes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("An inspection of a log")
class LogInspectionTest {
    private static final long START = 1_700_000_000;

    @TempDir private Path directory;
    private final StringBuilder rows = new StringBuilder("user_id,item_id,ts\n");

    /** Forty users with six interactions each: the next six of twelve items. */
    @BeforeEach
    void fortyUsers() {
        for (int user = 0; user < 40; user++) {
            for (int i = 0; i < 6; i++) {
                add("u" + user, "item-" + (user + i) % 12, START + 60 * i);
            }
        }
    }

    private void add(String user, String item, long time) {
        rows.append(user).append(',').append(item).append(',').append(time).append('\n');
    }

    private LogInspection inspect() throws IOException {
        Path file = Files.writeString(directory.resolve("log.csv"), rows);
        return LogInspection.of(LogReader.read(LogSource.of(file.toString(), null)));
    }

    @Test
    @DisplayName("counts what is read, and what is left out with users who are too short")
    void counts() throws IOException {
        add("short", "only-there", START);
        add("short", "item-1", START);

        LogInspection found = inspect();

        assertThat(found.sizes().read()).isEqualTo(new LogInspection.Size(41, 13, 242));
        assertThat(found.sizes().kept()).isEqualTo(new LogInspection.Size(40, 12, 240));
        assertThat(found.ofUser().min()).isEqualTo(2);
        assertThat(found.ofItem().min()).isEqualTo(1);
        assertThat(found.reading().leftOut())
                .singleElement()
                .satisfies(
                        left -> {
                            assertThat(left.users()).isEqualTo(1);
                            assertThat(left.interactions()).isEqualTo(2);
                        });
        assertThat(found.reading().time().unit()).isEqualTo("seconds");
    }

    @Test
    @DisplayName("tells of tests that are tied, new to everybody, or in the history already")
    void tests() throws IOException {
        for (int i = 0; i < 5; i++) {
            add("tied", "item-" + i, START);
            add("again", "item-" + i % 4, START + i);
            add("new", i == 4 ? "never-seen" : "item-" + i, START + i);
        }

        Tests found = inspect().tests();

        assertThat(found.ties()).isEqualTo(1);
        assertThat(found.repeated()).isEqualTo(1);
        assertThat(found.untrained()).isEqualTo(1);
        assertThat(found.onlyTested()).isEqualTo(1);
        assertThat(found.popularity().users()).isEqualTo(43);
        assertThat(found.popularity().userAuc()).isBetween(0.0, 1.0);
    }

    @Test
    @DisplayName("names users who stand out, and recommends to take less of them")
    void standouts() throws IOException {
        for (int i = 0; i < 300; i++) {
            add("bot", "item-" + i % 12, START + i);
        }

        LogInspection found = inspect();

        assertThat(found.standouts().users()).isEqualTo(1);
        assertThat(found.standouts().largest()).containsExactly(new Standouts.User("bot", 300));
        assertThat(found.standouts().share()).isBetween(0.55, 0.56);
        assertThat(found.standouts().line())
                .hasValueSatisfying(
                        line ->
                                assertThat(line)
                                        .startsWith(
                                                "1 user stands out with more than 60"
                                                        + " interactions, 55.6 % of all"));
        assertThat(found.recommendation().mostPerUser()).isBetween(20, 60);
        assertThat(found.recommendation().options()).contains("--most-per-user");
    }

    @Test
    @DisplayName("recommends options that a training has, and reckons what they take")
    void recommends() throws IOException {
        LogInspection found = inspect();

        assertThat(found.standouts().users()).isZero();
        assertThat(found.recommendation().mostPerUser()).isNull();
        for (Backbone backbone : List.of(Backbone.SASREC, Backbone.GRU4REC, Backbone.DIN)) {
            ModelSizes sizes = found.recommendation().options(backbone).sizes();
            assertThat(sizes.history())
                    .as("a device of six interactions reads its window all the same")
                    .isEqualTo(found.recommendation().history())
                    .isGreaterThanOrEqualTo(sizes.window());
            assertThatCode(() -> sizes.dimensions(12)).doesNotThrowAnyException();
        }
        assertThat(found.recommendation().options()).startsWith("--width ");
        assertThat(found.recommendation().reasons()).hasSize(2);
        assertThat(found.needs().samples()).isEqualTo(40 * 3);
        assertThat(found.needs().topicBytes()).isEqualTo(40 * found.needs().deltaBytes());
        assertThat(found.needs().stateBytes()).isPositive();
    }
}
