package duet.model.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import java.util.List;
import org.junit.jupiter.api.Test;

class EvaluationSplitTest {
    private static UserHistory user(String id, long... items) {
        return new UserHistory(id, items, new long[items.length]);
    }

    @Test
    void theLastItemIsTestedAndTheOneBeforeValidated() {
        UserHistory user = user("u", 10, 11, 12, 13, 14, 15);
        EvaluationSplit split = EvaluationSplit.last(TestLogs.of("log", List.of(user)));

        assertThat(split.testPositive(user)).isEqualTo(15);
        assertThat(split.testHistory(user)).containsExactly(10, 11, 12, 13, 14);
        assertThat(user.items()[split.validationPosition(user)]).isEqualTo(14);
        // 11, 12 and 13: every earlier item but the first.
        assertThat(split.trainingPositives(user)).isEqualTo(3);
    }

    @Test
    void aSingleUserCannotBeTrainedOn() {
        InteractionLog log = TestLogs.of("log", List.of(user("solo", 1, 2, 3, 4, 5)));

        assertThatThrownBy(() -> EvaluationSplit.last(log).forTraining())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("at least 2 users")
                .hasMessageContaining("only user solo");
    }

    @Test
    void aSingleItemCannotBeTrainedOn() {
        InteractionLog log =
                TestLogs.of("log", List.of(user("a", 1, 1, 1, 1, 1), user("b", 1, 1, 1, 1, 1)));

        assertThatThrownBy(() -> EvaluationSplit.last(log).forTraining())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("at least 2 items");
    }
}
