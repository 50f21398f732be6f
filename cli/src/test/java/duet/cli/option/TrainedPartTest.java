package duet.cli.option;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.cli.option.UserRangeConverter.UserRange;
import duet.schemas.InvalidInputException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("The part of a log that a model was trained on")
class TrainedPartTest {
    private static final String CONDITION = "country = 'Liechtenstein'";

    private static TrainedPart part(double from, double to, @Nullable String where) {
        return new TrainedPart(new UserRange(from, to), TrainedPart.hash(where), null, null, null);
    }

    @Test
    @DisplayName("is recorded without the text of conditions, and only what was asked for")
    void recorded() {
        assertThat(part(0, 1, null).recorded()).isEqualTo(Map.of("log.users", "0-1"));
        Map<String, Object> recorded =
                new TrainedPart(
                                new UserRange(0.3, 1),
                                TrainedPart.hash(CONDITION),
                                TrainedPart.hash("SELECT * FROM log"),
                                500,
                                10)
                        .recorded();
        assertThat(recorded)
                .containsEntry("log.users", "0.3-1")
                .containsEntry("log.mostPerUser", 500)
                .containsEntry("log.leastPerUser", 10)
                .hasEntrySatisfying(
                        "log.where",
                        hash -> assertThat(hash).asString().matches("sha256:[0-9a-f]{64}"))
                .containsKey("log.query");
        assertThat(recorded.toString()).doesNotContain("Liechtenstein", "SELECT");
    }

    @Nested
    @DisplayName("beside one that is measured")
    class Notes {
        @Test
        @DisplayName("gives no note where both are the same, or apart, or nothing is recorded")
        void none() {
            Map<String, Object> trained = part(0.3, 1, CONDITION).recorded();
            assertThat(part(0.3, 1, CONDITION).notes(trained)).isEmpty();
            assertThat(part(0, 0.3, " " + CONDITION).notes(trained)).isEmpty();
            assertThat(part(0, 0.5, null).notes(Map.of("split", "last"))).isEmpty();
        }

        @Test
        @DisplayName("names the users whom training saw")
        void users() {
            assertThat(part(0, 1, null).notes(part(0.3, 1, null).recorded()))
                    .containsExactly(
                            "the model was trained on the users 0.3-1, tested are 0-1: it"
                                    + " knows the histories of those in 0.3-1 (a leak, where users"
                                    + " are to be held out)");
            assertThat(part(0, 0.3, null).notes(part(0, 1, null).recorded()))
                    .singleElement()
                    .asString()
                    .contains("of those in 0-0.3 ");
        }

        @Test
        @DisplayName("says that rows are selected otherwise")
        void rows() {
            Map<String, Object> trained = part(0, 1, CONDITION).recorded();
            assertThat(part(0, 1, "event = 'view'").notes(trained))
                    .singleElement()
                    .asString()
                    .contains("--where or --query select other rows than in training", "a leak");
            assertThat(part(0, 1, null).notes(trained)).hasSize(1);
            assertThat(part(0, 1, CONDITION).notes(part(0, 1, null).recorded())).hasSize(1);
        }

        @Test
        @DisplayName("is refused where a manifest has another thing for users")
        void hostile() {
            assertThatThrownBy(() -> part(0, 1, null).notes(Map.of("log.users", "a\nb")))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageContaining("log.users")
                    .hasMessageNotContaining("\n");
        }
    }
}
