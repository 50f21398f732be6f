package duet.interactions.inspection;

import static org.assertj.core.api.Assertions.assertThat;

import duet.model.data.CandidateLists;
import duet.model.data.EvaluationSplit;
import duet.model.data.InteractionLog;
import duet.model.data.UserHistory;
import duet.schemas.bundle.ItemNames;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The tests of a split at a time")
class TestsTest {

    private static InteractionLog log(UserHistory... users) {
        return new InteractionLog("log", List.of(users), Set.of(), ItemNames.numbers());
    }

    private static UserHistory user(String id, long[] items, long... times) {
        return new UserHistory(id, items, times);
    }

    @Test
    @DisplayName("are counted as they are ranked")
    void asRanked() {
        InteractionLog log =
                log(
                        user("ranked", new long[] {1, 2, 3, 4, 5}, 1, 2, 3, 4, 10),
                        user("knows 5", new long[] {5, 6, 7, 8, 1}, 1, 2, 3, 4, 11),
                        user("tests what is new", new long[] {1, 2, 3, 4, 9}, 1, 2, 3, 4, 12),
                        user("begins later", new long[] {1, 2, 3, 4, 5}, 10, 11, 12, 13, 14),
                        user("ended before", new long[] {1, 2, 3, 4, 5}, 1, 2, 3, 4, 5));
        EvaluationSplit split = EvaluationSplit.at(log, 10);

        Tests tests = Tests.of(split);

        assertThat(tests.users()).isEqualTo(3);
        assertThat(tests.unknown()).isEqualTo(1);
        assertThat(tests.line())
                .startsWith(
                        "3 users have a test item, 1 of them one that the model will not know and"
                                + " evaluate skips: of ");
        assertThat(CandidateLists.draw(split, split.vocabulary(), 7).byUser())
                .hasSize((int) (tests.users() - tests.unknown()));
    }

    @Test
    @DisplayName("of a single user are told as such")
    void single() {
        InteractionLog log = log(user("u", new long[] {1, 2, 3, 4, 1}, 1, 2, 3, 4, 5));

        assertThat(Tests.of(EvaluationSplit.last(log)).line())
                .startsWith("1 user has a test item: of ");
    }

    @Test
    @DisplayName("that nobody can be ranked for have no popularity, and short lists no first ten")
    void fewItems() {
        UserHistory everything = user("all", new long[] {1, 2, 3, 1, 2}, 1, 2, 3, 4, 5);
        InteractionLog nobody = log(everything);
        InteractionLog one =
                log(everything, user("two", new long[] {1, 2, 1, 2, 1}, 1, 2, 3, 4, 5));

        assertThat(Tests.of(EvaluationSplit.last(nobody)).line())
                .endsWith("; nobody can be ranked for");
        Tests found = Tests.of(EvaluationSplit.last(one));
        assertThat(found.line()).endsWith("userAuc 1.0000 over the 1 user who can be ranked for");
        assertThat(found.popularity().hr10()).isNaN();
    }
}
