package duet.model.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SplitRuleTest {
    private static final long DAY = 86_400_000;

    private static UserHistory user(String id, long firstDay, int count) {
        long[] items = new long[count];
        long[] times = new long[count];
        for (int i = 0; i < count; i++) {
            items[i] = 10 * (firstDay + i);
            times[i] = (firstDay + i) * DAY;
        }
        return new UserHistory(id, items, times);
    }

    @ParameterizedTest
    @CsvSource({
        "last,last",
        "time=1970-01-04,time=1970-01-04T00:00:00Z",
        "time=1970-01-04T12:30:00,time=1970-01-04T12:30:00Z",
        "time=1970-01-04T12:30:00Z,time=1970-01-04T12:30:00Z",
        "time=0.8,time=0.8",
        "time=.5,time=0.5"
    })
    void isWrittenAsItIsRead(String text, String written) {
        SplitRule rule = SplitRule.parse(text);

        assertThat(rule).hasToString(written);
        assertThat(SplitRule.parse(written)).isEqualTo(rule);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "first",
                "time",
                "time=",
                "time=0",
                "time=1",
                "time=1.5",
                "time=-0.5",
                "time=NaN",
                "time=yesterday",
                "time=2024-13-01",
                "time=2024-05-01T25:00"
            })
    void refuses(String text) {
        assertThatThrownBy(() -> SplitRule.parse(text))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("'" + text + "'");
    }

    @Test
    void aShareBecomesTheTimeBeforeWhichItLies() {
        // Days 0 to 9 and 0 to 9: of 20 interactions, 16 lie before day 8.
        InteractionLog log = TestLogs.of("log", List.of(user("a", 0, 10), user("b", 0, 10)));

        EvaluationSplit split = SplitRule.parse("time=0.8").of(log);

        assertThat(split.rule()).isEqualTo(SplitRule.at(Instant.ofEpochMilli(8 * DAY)));
        assertThat(split.testPosition(log.users().get(0))).isEqualTo(8);
    }

    @Test
    void aTimeSplitTestsTheFirstInteractionThenOrLater() {
        UserHistory across = user("across", 0, 10); // days 0 to 9
        UserHistory before = user("before", 0, 5);
        UserHistory after = user("after", 6, 5);
        InteractionLog log = TestLogs.of("log", List.of(across, before, after));

        EvaluationSplit split = SplitRule.parse("time=1970-01-07").of(log); // day 6

        assertThat(split.hasTest(across)).isTrue();
        assertThat(split.testPositive(across)).isEqualTo(60);
        assertThat(split.testHistory(across)).containsExactly(0, 10, 20, 30, 40, 50);
        assertThat(across.items()[split.validationPosition(across)]).isEqualTo(50);
        assertThat(split.trainingPositives(across)).isEqualTo(4); // 10 to 40
        assertThat(split.hasTest(before)).isFalse();
        assertThat(split.trainingPositives(before)).isEqualTo(3);
        assertThat(split.hasValidation(after)).isFalse();
        assertThat(split.trainingPositives(after)).isZero();
        // No model may know what nobody had touched by then.
        assertThat(split.vocabulary().ids()).containsExactly(0, 10, 20, 30, 40, 50);
        assertThat(split.vocabulary()).isSameAs(split.vocabulary());
        CandidateLists lists = CandidateLists.draw(split, split.vocabulary(), 1);
        assertThat(lists.byUser()).isEmpty();
        assertThat(lists.skipped().byReason())
                .containsEntry("noTestItem", 1)
                .containsEntry("noHistory", 1)
                .containsEntry("unknownTestItem", 1)
                .hasSize(3);
        assertThatThrownBy(() -> lists.skipped().requireNone())
                .hasMessage("log: user across has the test item 60, which the model does not know");
        assertThatThrownBy(() -> lists.requireAny(split))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("none of 3 users can be ranked for: 1 ");
    }

    @Test
    void trainingNeedsSomethingBeforeTheTime() {
        InteractionLog log = TestLogs.of("log", List.of(user("a", 3, 5), user("b", 4, 5)));

        assertThatThrownBy(() -> SplitRule.parse("time=1970-01-01").of(log).forTraining())
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("before the time of the split");
    }
}
