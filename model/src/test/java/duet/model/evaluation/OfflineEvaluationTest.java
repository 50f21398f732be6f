package duet.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import duet.model.bundle.BundleExport;
import duet.model.serving.DeviceScorer;
import duet.model.serving.ServedGenerator;
import duet.model.statistics.MeanInterval;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.GeneratorSizes;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.evaluation.UserRanking;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.ToIntFunction;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OfflineEvaluationTest {
    private static final int ITEMS = 60;
    private static final int HISTORY = 9;

    @TempDir Path directory;

    private ModelBundle bundle;
    private OfflineEvaluation evaluation;

    @BeforeEach
    void load() {
        bundle =
                BundleExport.untrained(
                        directory.resolve("bundle"),
                        new Dimensions(
                                ITEMS,
                                8,
                                HISTORY,
                                new DeviceSizes(8, 1, 1, 8),
                                2,
                                GeneratorSizes.recurrent(8, 8, 8, 8, 2)),
                        Vocabulary.of(LongStream.rangeClosed(1001, 1000 + ITEMS).toArray()),
                        5);
        evaluation = OfflineEvaluation.load(bundle);
    }

    @AfterEach
    void close() {
        evaluation.close();
    }

    private static List<EvaluationTask> users(int count) {
        Random random = new Random(count);
        List<EvaluationTask> tasks = new ArrayList<>();
        for (int user = 0; user < count; user++) {
            long[] items = random.longs(40, 1001, 1001 + ITEMS).distinct().toArray();
            int history = 1 + user % 15;
            tasks.add(
                    new EvaluationTask(
                            "u" + user,
                            Arrays.copyOf(items, history),
                            items[history],
                            Arrays.copyOfRange(items, history + 1, items.length - user % 2)));
        }
        return tasks;
    }

    @Nested
    class Measures {
        /** Invariant 5: one device after the other, each with the delta of what it had sent. */
        @Test
        void whatEachDeviceWouldMeasureAlone() {
            List<EvaluationTask> tasks = users(300);

            OfflineEvaluation.Result result =
                    evaluation.evaluate(tasks, List.of(0, 3, 50), OfflineEvaluation.Progress.NONE);

            assertThat(result.personalizedByAge()).containsOnlyKeys(0, 3, 50);
            assertThat(result.personalized()).isEqualTo(result.personalizedByAge().get(0));
            alone(tasks, task -> task.history().length).assertAreOf(result.personalized());
            alone(tasks, task -> Math.max(1, task.history().length - 3))
                    .assertAreOf(result.personalizedByAge().get(3));
            alone(tasks, task -> 1).assertAreOf(result.personalizedByAge().get(50));
            alone(tasks, task -> -1).assertAreOf(result.global());
            assertThat(result.global()).isNotEqualTo(result.personalized());
            assertThat(result.personalizedByAge().get(50)).isNotEqualTo(result.personalized());
        }

        /**
         * Ranks user by user; the generator sees that many first items, or -1 for the global model.
         */
        private NearTies alone(List<EvaluationTask> tasks, ToIntFunction<EvaluationTask> seen) {
            NearTies metrics = new NearTies();
            try (ServedGenerator generator = ServedGenerator.load(bundle);
                    DeviceScorer scorer = DeviceScorer.load(bundle)) {
                for (EvaluationTask task : tasks) {
                    List<long[]> history = List.of(task.history());
                    List<long[]> candidates =
                            List.of(
                                    LongStream.concat(
                                                    LongStream.of(task.positive()),
                                                    Arrays.stream(task.negatives()))
                                            .toArray());
                    int end = seen.applyAsInt(task);
                    float[] scores;
                    if (end < 0) {
                        scores = scorer.scoreGlobally(history, candidates).get(0);
                    } else {
                        var deltas =
                                generator.generate(List.of(Arrays.copyOf(task.history(), end)));
                        scores =
                                scorer.score(
                                                history,
                                                List.<float[][]>of(
                                                        scorer.personalizedLayers(deltas, 0)),
                                                candidates)
                                        .get(0);
                    }
                    metrics.add(scores);
                }
            }
            return metrics;
        }

        /** Ranking everything in blocks is ranking a list of everything. */
        @Test
        void theWholeCatalogueBlockByBlock() {
            List<EvaluationTask> lists = new ArrayList<>();
            List<CatalogueTask> catalogue = new ArrayList<>();
            for (EvaluationTask task : users(40)) {
                Set<Long> touched = new HashSet<>();
                LongStream.of(task.history()).forEach(touched::add);
                touched.add(task.positive());
                long[] others =
                        LongStream.of(bundle.vocabulary().ids())
                                .filter(item -> !touched.contains(item))
                                .toArray();
                lists.add(new EvaluationTask(task.user(), task.history(), task.positive(), others));
                catalogue.add(
                        new CatalogueTask(
                                task.user(),
                                task.history(),
                                task.positive(),
                                touched.stream().mapToLong(Long::longValue).toArray()));
            }

            OfflineEvaluation.Result listed =
                    evaluation.evaluate(lists, List.of(3), OfflineEvaluation.Progress.NONE);
            OfflineEvaluation.Result ranked =
                    evaluation.evaluateCatalogue(
                            catalogue, List.of(3), OfflineEvaluation.Progress.NONE);

            assertThat(ranked.global().auc()).isNaN();
            assertThat(ranked.global().userAuc())
                    .isCloseTo(listed.global().userAuc(), within(1e-3));
            assertThat(ranked.personalizedByAge().get(3).userAuc())
                    .isCloseTo(listed.personalizedByAge().get(3).userAuc(), within(1e-3));
            try (DeviceScorer scorer = DeviceScorer.load(bundle)) {
                List<float[][]> layers =
                        Collections.nCopies(catalogue.size(), scorer.globalLayers());
                List<UserRanking> whole =
                        new CatalogueRanking(scorer, bundle.vocabulary(), ITEMS)
                                .rank(catalogue, layers);
                List<UserRanking> blocks =
                        new CatalogueRanking(scorer, bundle.vocabulary(), 7)
                                .rank(catalogue, layers);
                for (int i = 0; i < whole.size(); i++) {
                    assertThat(blocks.get(i).negatives())
                            .isEqualTo(whole.get(i).negatives())
                            .isEqualTo(lists.get(i).negatives().length);
                    assertThat(blocks.get(i).userAuc())
                            .isCloseTo(whole.get(i).userAuc(), within(0.03)); // a near tie
                }
            }
        }

        @Test
        void howSurelyTheGainIsKnown() {
            OfflineEvaluation.Result result =
                    evaluation.evaluate(users(200), List.of(0, 3), OfflineEvaluation.Progress.NONE);
            OfflineEvaluation.Intervals intervals = result.intervals();

            MeanInterval gain = intervals.differenceByAge().get(3).of("userAuc");
            assertThat(gain.mean())
                    .isCloseTo(
                            result.personalizedByAge().get(3).userAuc() - result.global().userAuc(),
                            within(1e-9));
            assertThat(intervals.global().of("hr10").mean())
                    .isCloseTo(result.global().hr10(), within(1e-9));
            assertThat(intervals.personalizedByAge().get(3).of("ndcg5").mean())
                    .isCloseTo(result.personalizedByAge().get(3).ndcg5(), within(1e-9));
            assertThat(intervals.global().byMetric()).doesNotContainKey("auc");
            assertThat(gain.halfWidth()).isPositive();
        }

        @Test
        void age0EvenWhenNotAskedFor() {
            assertThat(
                            evaluation
                                    .evaluate(users(3), List.of(2), OfflineEvaluation.Progress.NONE)
                                    .personalizedByAge())
                    .containsOnlyKeys(0, 2);
        }

        @Test
        void aUserWhoseHistoryIsUnknownOrEmpty() {
            EvaluationTask stranger =
                    new EvaluationTask("new", new long[] {5, 6}, 1001, new long[] {1002});
            EvaluationTask empty = new EvaluationTask("none", new long[0], 1001, new long[] {1002});
            OfflineEvaluation.Result result = evaluation.evaluate(List.of(stranger, empty));
            assertThat(result.personalized().users()).isEqualTo(2);
        }

        /** Both models rank everybody, one after the other. */
        @Test
        void andTellsHowFarItIs() {
            List<String> seen = new ArrayList<>();
            evaluation.evaluate(
                    users(300), List.of(0), (done, total) -> seen.add(done + "/" + total));
            assertThat(seen)
                    .containsExactly(
                            "64/300", "128/300", "150/300", "214/300", "278/300", "300/300");
        }
    }

    @Nested
    class Refuses {
        @Test
        void anUnknownTestItem() {
            EvaluationTask task =
                    new EvaluationTask("u7", new long[] {1001}, 42, new long[] {1002});
            assertRefused(
                    task,
                    "user u7 has the test item 42, which model "
                            + bundle.modelVersion()
                            + " does not know");
        }

        @Test
        void anUnknownCandidate() {
            EvaluationTask task =
                    new EvaluationTask("u7", new long[] {1001}, 1003, new long[] {1002, 2000});
            assertRefused(
                    task,
                    "user u7 has the candidate 2000, which model "
                            + bundle.modelVersion()
                            + " does not know");
        }

        @Test
        void aUserWithoutNegatives() {
            EvaluationTask task = new EvaluationTask("u7", new long[] {1001}, 1003, new long[0]);
            assertRefused(task, "user u7 has no negatives to rank against");
        }

        @Test
        void noUsersAtAllAndANegativeAge() {
            assertThatThrownBy(() -> evaluation.evaluate(List.of()))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("there are no users to evaluate");
            assertThatThrownBy(
                            () ->
                                    evaluation.evaluate(
                                            users(2),
                                            List.of(5, -1),
                                            OfflineEvaluation.Progress.NONE))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("age -1 is negative, ages are counted in interactions");
        }

        private void assertRefused(EvaluationTask task, String message) {
            List<EvaluationTask> tasks = new ArrayList<>(users(2));
            tasks.add(task);
            assertThatThrownBy(() -> evaluation.evaluate(tasks))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(message);
        }
    }
}
