package duet.model.training.sample;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import duet.model.data.EvaluationSplit;
import duet.model.data.InteractionLog;
import duet.model.network.Backbone;
import duet.model.network.ParameterGenerator;
import duet.model.network.ParameterSet;
import duet.model.network.UniversalMetaNetwork;
import duet.model.training.SyntheticLog;
import duet.model.training.options.ModelSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.QualityProbe;
import duet.schemas.bundle.Tensor;
import duet.schemas.evaluation.RankingMetrics;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ValidationSetTest {
    private static final InteractionLog LOG = SyntheticLog.of(60, 16, 1);
    private static final int HISTORY = 30;

    private static ValidationSet validation(int mostUsers, SplittableRandom random) {
        EvaluationSplit split = EvaluationSplit.last(LOG);
        TrainingSet set = new TrainingSet(split, LOG.vocabulary());
        Dimensions dimensions = ModelSizes.small().dimensions(LOG.vocabulary().size());
        return new ValidationSet(
                split,
                new ModelInputs(set, dimensions),
                LOG.vocabulary(),
                5,
                random,
                Preparation.Listener.NONE,
                mostUsers);
    }

    private static List<QualityProbe.User> users(ValidationSet set) {
        RankingMetrics.Accumulator metrics = new RankingMetrics.Accumulator();
        metrics.add(1, new float[] {0});
        return set.probe(HISTORY, metrics.result(), metrics.result()).users();
    }

    @Nested
    class OfALogWithMoreUsersThanItRanksFor {
        @Test
        void ranksForSoManyOfThem() {
            ValidationSet set = validation(20, new SplittableRandom(7));
            assertThat(set.users()).isEqualTo(20);
            assertThat(users(set).stream().map(user -> Arrays.toString(user.history())))
                    .doesNotHaveDuplicates();
        }

        @Test
        void choosesTheSameUsersForTheSameSeedAndOthersForAnother() {
            assertThat(validation(20, new SplittableRandom(7)))
                    .usingRecursiveComparison()
                    .isEqualTo(validation(20, new SplittableRandom(7)));
            assertThat(positives(validation(20, new SplittableRandom(7))))
                    .isNotEqualTo(positives(validation(20, new SplittableRandom(8))));
        }

        private List<Long> positives(ValidationSet set) {
            return users(set).stream().map(QualityProbe.User::positive).toList();
        }
    }

    @Test
    void ranksForAllUsersWhereThereAreNoMoreAndDrawsWhatItAlwaysDrew() {
        SplittableRandom bounded = new SplittableRandom(7);
        SplittableRandom unbounded = new SplittableRandom(7);
        ValidationSet set = validation(60, bounded);
        assertThat(set.users()).isEqualTo(60);
        assertThat(set)
                .usingRecursiveComparison()
                .isEqualTo(validation(Integer.MAX_VALUE, unbounded));
        assertThat(bounded.nextLong()).isEqualTo(unbounded.nextLong());
    }

    @ParameterizedTest
    @EnumSource(names = {"SASREC", "DIN"})
    void sharesStatesAmongRankingsAndChangesNone(Backbone backbone) {
        ValidationSet set = validation(60, new SplittableRandom(7));
        Dimensions dimensions = ModelSizes.small().dimensions(LOG.vocabulary().size());
        try (NDManager manager = Engine.getEngine("PyTorch").newBaseManager()) {
            UniversalMetaNetwork network =
                    UniversalMetaNetwork.initialise(
                            backbone,
                            dimensions,
                            new ParameterSet(manager),
                            new SplittableRandom(1));
            ParameterSet drawn = new ParameterSet(manager);
            ParameterGenerator.initialise(dimensions, drawn, new SplittableRandom(2));
            // A generator that has not learned anything makes empty deltas.
            Map<String, Tensor> tensors = new TreeMap<>(drawn.tensors());
            SplittableRandom random = new SplittableRandom(3);
            for (Tensor tensor : tensors.values()) {
                for (int i = 0; i < tensor.values().length; i++) {
                    tensor.values()[i] += (float) random.nextDouble(-0.4, 0.4);
                }
            }
            ParameterGenerator generator =
                    new ParameterGenerator(dimensions, ParameterSet.of(manager, tensors));

            ValidationSet.Rankings together = set.rank(manager, network, generator, 0, 3);

            // A score that differs in its last bit may change places with its neighbour.
            Offset<Double> near = Offset.offset(0.01);
            assertThat(together.global().metrics().userAuc())
                    .isCloseTo(set.global(manager, network).userAuc(), near);
            assertThat(together.byAge()).containsOnlyKeys(0, 3);
            for (int age : new int[] {0, 3}) {
                ValidationSet.Ranked alone =
                        set.rank(manager, network, generator, age).byAge().get(age);
                assertThat(together.byAge().get(age).metrics().userAuc())
                        .isCloseTo(alone.metrics().userAuc(), near);
                assertThat(together.byAge().get(age).userAucs())
                        .hasSize(60)
                        .isNotEqualTo(together.global().userAucs());
            }
        }
    }
}
