package duet.model.training.finetuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import duet.model.bundle.BundleExport;
import duet.model.data.InteractionLog;
import duet.model.data.UserHistory;
import duet.model.network.Backbone;
import duet.model.serving.DeviceScorer;
import duet.model.training.SyntheticLog;
import duet.model.training.options.ModelSizes;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Vocabulary;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FineTuningTest {
    private static final InteractionLog LOG = SyntheticLog.of(8, 16, 1);

    @TempDir private Path directory;
    private final UserHistory user = LOG.users().get(0);
    private ModelBundle bundle;

    @BeforeEach
    void write() {
        bundle = bundle(Backbone.SASREC, List.of());
    }

    private ModelBundle bundle(Backbone backbone, List<Double> deviceMemory) {
        Vocabulary vocabulary = Vocabulary.of(LOG.items());
        ModelSizes sizes =
                new ModelSizes(
                        6,
                        12,
                        ModelSizes.small().device().withWidth(8),
                        ModelSizes.small().generator(),
                        deviceMemory);
        return BundleExport.untrained(
                directory.resolve("bundle"),
                backbone,
                sizes.dimensions(vocabulary.size()),
                vocabulary,
                3);
    }

    private static double margin(float[] scores) {
        return scores[0] - scores[1];
    }

    @ParameterizedTest
    @EnumSource(names = {"SASREC", "GRU4REC", "DIN"})
    void ranksWhatTheUserLikesHigherThanTheGlobalModelDoes(Backbone backbone) {
        ModelBundle model = bundle(backbone, List.of(0.9));
        long liked = user.items()[user.size() - 4];
        long disliked = LOG.users().get(1).items()[0];
        long[] candidates = {liked, disliked};
        long[] history = user.itemsBefore(user.size() - 4);
        try (FineTuning tuning = FineTuning.load(model, 1);
                DeviceScorer scorer = DeviceScorer.load(model)) {
            float[] global = scorer.scoreGlobally(List.of(history), List.of(candidates)).get(0);
            try (FineTuning.Tuned tuned = tuning.tune(user, user.size() - 2, 30, 4, 1e-2)) {
                assertThat(margin(tuned.scores(history, candidates)))
                        .isGreaterThan(margin(global) + 0.5);
            }
        }
    }

    @Test
    void startsFromTheGlobalModel() {
        long[] candidates = LOG.items();
        try (FineTuning tuning = FineTuning.load(bundle, 1);
                DeviceScorer scorer = DeviceScorer.load(bundle);
                FineTuning.Tuned tuned = tuning.tune(user, user.size() - 2, 1, 64, 1e-9)) {
            float[] global =
                    scorer.scoreGlobally(List.of(user.items()), List.of(candidates)).get(0);
            assertThat(tuned.scores(user.items(), candidates))
                    .containsExactly(global, within(1e-4f));
        }
    }

    @Test
    void givesTheSameWeightsWhateverWasTunedBefore() {
        try (FineTuning tuning = FineTuning.load(bundle, 1)) {
            var first = tuning.tune(user, user.size() - 1, 2, 4, 1e-3).device();
            var other = tuning.tune(LOG.users().get(1), user.size() - 1, 2, 4, 1e-3).device();
            var again = tuning.tune(user, user.size() - 1, 2, 4, 1e-3).device();

            assertThat(again).isEqualTo(first).isNotEqualTo(other);
        }
    }

    @Test
    void neverSeesTheTestItemAndTheValidationItemOnlyWhereToldTo() {
        UserHistory otherTest = withItem(user.size() - 1);
        UserHistory otherValidation = withItem(user.size() - 2);
        try (FineTuning tuning = FineTuning.load(bundle, 1)) {
            var tuned = tuning.tune(user, user.size() - 2, 2, 4, 1e-3).device();
            var withValidation = tuning.tune(user, user.size() - 1, 2, 4, 1e-3).device();

            assertThat(tuning.tune(otherTest, user.size() - 1, 2, 4, 1e-3).device())
                    .isEqualTo(withValidation);
            assertThat(tuning.tune(otherValidation, user.size() - 2, 2, 4, 1e-3).device())
                    .isEqualTo(tuned);
            assertThat(tuning.tune(otherValidation, user.size() - 1, 2, 4, 1e-3).device())
                    .isNotEqualTo(withValidation);
        }
    }

    private UserHistory withItem(int position) {
        long[] items = user.items().clone();
        items[position] = LOG.users().get(1).items()[0];
        return new UserHistory(user.user(), items, user.timestamps());
    }

    @Test
    void saysHowLongItTook() {
        AtomicLong clock = new AtomicLong();
        try (FineTuning tuning =
                FineTuning.load(bundle, 1, () -> clock.getAndAdd(1_500_000_000L))) {
            assertThat(tuning.tune(user, user.size() - 2, 1, 4, 1e-3).seconds()).isEqualTo(1.5);
        }
    }

    @Test
    void refusesWhatIsOutOfRange() {
        try (FineTuning tuning = FineTuning.load(bundle, 1)) {
            assertThatThrownBy(() -> tuning.tune(user, user.size() - 2, 0, 4, 1e-3))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage("epochs 0 is out of range");
            try (FineTuning.Tuned tuned = tuning.tune(user, user.size() - 2, 1, 4, 1e-3)) {
                assertThatThrownBy(() -> tuned.scores(user.items(), new long[] {123_456}))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessageEndingWith("does not know the candidate item 123456");
            }
        }
    }
}
