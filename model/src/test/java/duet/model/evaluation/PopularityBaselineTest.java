package duet.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import duet.model.data.EvaluationSplit;
import duet.model.data.InteractionLog;
import duet.model.data.TestLogs;
import duet.model.data.TrainingCounts;
import duet.model.data.UserHistory;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.evaluation.RankingMetrics;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Popularity alone")
class PopularityBaselineTest {
    /** Item 9 is known and in no log. */
    private static final Vocabulary ITEMS = Vocabulary.of(LongStream.rangeClosed(1, 9).toArray());

    private static UserHistory user(String name, long... items) {
        return new UserHistory(name, items, new long[items.length]);
    }

    /** The last two interactions of each are validation and test, and train nothing. */
    private static EvaluationSplit split() {
        return EvaluationSplit.last(
                TestLogs.of(
                        "log",
                        List.of(
                                user("a", 1, 2, 3, 4, 5),
                                user("b", 1, 1, 2, 6, 7),
                                user("c", 1, 4, 8, 8, 2))));
    }

    @Test
    @DisplayName("counts what training learns from, and nothing else")
    void counts() {
        TrainingCounts counts = TrainingCounts.of(split(), ITEMS);
        assertThat(LongStream.rangeClosed(1, 9).mapToInt(counts::of).toArray())
                .containsExactly(4, 2, 1, 1, 0, 0, 0, 1, 0);
        assertThat(counts.of(77)).isZero();
        assertThat(TrainingCounts.of(split(), Vocabulary.of(new long[] {2, 3})).of(1)).isZero();
    }

    @Test
    @DisplayName("ranks the candidates by these counts, ties as halves")
    void lists() {
        PopularityBaseline popularity = new PopularityBaseline(TrainingCounts.of(split(), ITEMS));
        RankingMetrics metrics =
                popularity.measure(
                        List.of(
                                new EvaluationTask("a", new long[] {1}, 2, new long[] {3, 1}),
                                new EvaluationTask("b", new long[] {1}, 5, new long[] {6, 9})));
        assertThat(metrics.users()).isEqualTo(2);
        assertThat(metrics.userAuc()).isCloseTo(0.5, within(1e-9));
        assertThat(metrics.ndcg5()).isCloseTo((1 / 1.5849625 + 1 / 2.0) / 2, within(1e-6));
    }

    @Test
    @DisplayName("among all items ranks as in lists of all that a user never touched")
    void catalogue() {
        Random random = new Random(4);
        List<UserHistory> users = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            users.add(
                    user(
                            "u" + i,
                            random.longs(5 + i % 9, 1, 30).map(n -> 1 + n * n / 30).toArray()));
        }
        InteractionLog log = TestLogs.of("log", users);
        EvaluationSplit split = EvaluationSplit.last(log);
        Vocabulary all = Vocabulary.of(LongStream.rangeClosed(1, 35).toArray());
        PopularityBaseline popularity = new PopularityBaseline(TrainingCounts.of(split, all));
        List<CatalogueTask> catalogue = new ArrayList<>();
        List<EvaluationTask> lists = new ArrayList<>();
        for (UserHistory user : users) {
            long positive = split.testPositive(user);
            catalogue.add(
                    new CatalogueTask(
                            user.user(), split.testHistory(user), positive, user.items()));
            lists.add(
                    new EvaluationTask(
                            user.user(),
                            split.testHistory(user),
                            positive,
                            LongStream.rangeClosed(1, 35)
                                    .filter(
                                            item ->
                                                    Arrays.stream(user.items())
                                                            .noneMatch(own -> own == item))
                                    .toArray()));
        }
        RankingMetrics blocks = popularity.measureCatalogue(catalogue, all);
        RankingMetrics listed = popularity.measure(lists);
        assertThat(blocks.auc()).isNaN();
        assertThat(blocks.users()).isEqualTo(40);
        assertThat(blocks.userAuc()).isCloseTo(listed.userAuc(), within(1e-9));
        assertThat(blocks.ndcg10()).isCloseTo(listed.ndcg10(), within(1e-9));
        assertThat(blocks.hr20()).isCloseTo(listed.hr20(), within(1e-9));
    }
}
