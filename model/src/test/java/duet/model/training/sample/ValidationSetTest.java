package duet.model.training.sample;

import static org.assertj.core.api.Assertions.assertThat;

import duet.model.data.EvaluationSplit;
import duet.model.data.InteractionLog;
import duet.model.training.SyntheticLog;
import duet.model.training.options.ModelSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.QualityProbe;
import duet.schemas.evaluation.RankingMetrics;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

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
}
