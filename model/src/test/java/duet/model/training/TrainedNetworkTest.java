package duet.model.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import duet.model.data.InteractionLog;
import duet.model.network.Backbone;
import duet.model.training.options.AdamOptions;
import duet.model.training.options.ModelSizes;
import duet.model.training.options.PhaseOptions;
import duet.model.training.options.TrainingOptions;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.GeneratorSizes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrainedNetworkTest {
    private static final InteractionLog LOG = SyntheticLog.of(40, 16, 1);

    @TempDir private Path directory;

    private static TrainingOptions options() {
        PhaseOptions phase = new PhaseOptions(2, 5, 64, 4, new AdamOptions(1e-2, 0, 1), 0.1, 0.9);
        ModelSizes sizes =
                new ModelSizes(
                        8,
                        12,
                        ModelSizes.small().device().withWidth(8),
                        new GeneratorSizes(8, 0, 8, 8, 2, List.of(0.9), 2, 5),
                        List.of());
        TrainingOptions defaults = TrainingOptions.defaults();
        return defaults.withSizes(sizes)
                .withJoint(false)
                .withNetwork(phase)
                .withGenerator(phase)
                .withObjective(defaults.objective().withMaxAge(6))
                .withValidationNegatives(20);
    }

    private static TrainedNetwork network(TrainingOptions options) {
        return new Trainer().trainNetwork(LOG, options, TrainingListener.NONE);
    }

    private static TrainedModel generator(TrainedNetwork network, TrainingOptions options) {
        return new Trainer().trainGenerator(network, LOG, options, TrainingListener.NONE);
    }

    @ParameterizedTest
    @EnumSource(names = {"SASREC", "GRU4REC", "DIN"})
    void givesWithItsGeneratorWhatOneTrainingGives(Backbone backbone) {
        TrainingOptions options = options().withBackbone(backbone);
        network(options).write(directory.resolve("network"));

        TrainedModel apart = generator(TrainedNetwork.read(directory.resolve("network")), options);

        TrainedModel atOnce = new Trainer().train(LOG, options, TrainingListener.NONE);
        assertThat(apart.device()).isEqualTo(atOnce.device());
        assertThat(apart.generator()).isEqualTo(atOnce.generator());
        assertThat(apart.epochs()).isEqualTo(atOnce.epochs());
        assertThat(apart.personalizedByAge()).isEqualTo(atOnce.personalizedByAge());
        assertThat(apart.personalizedByAge()).containsOnlyKeys(0, 10, 30, 50);
    }

    @Test
    void isTheSameWhateverGeneratorComesAfterIt() {
        ModelSizes sizes = options().sizes();
        TrainingOptions other =
                options()
                        .withSizes(
                                sizes.withGenerator(
                                        sizes.generator().withMemory(8, List.of(0.9)).withRank(0)));

        assertThat(network(other).device()).isEqualTo(network(options()).device());
    }

    @Test
    void isCompleteOnlyWithItsDescription() throws IOException {
        network(options()).write(directory);
        assertThat(TrainedNetwork.isIn(directory)).isTrue();

        Files.delete(directory.resolve("network.json"));

        assertThat(TrainedNetwork.isIn(directory)).isFalse();
        assertThatThrownBy(() -> TrainedNetwork.read(directory))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        String.format(
                                Locale.ROOT,
                                "%s cannot be read",
                                directory.resolve("network.json")));
    }

    @Nested
    class Refuses {
        private final TrainedNetwork network = network(options());

        @Test
        void aGeneratorForAnotherNetwork() {
            ModelSizes sizes = options().sizes();
            assertRefused(options().withSeed(8), "the network was trained with seed 7, not 8");
            assertRefused(
                    options().withBackbone(Backbone.DIN),
                    "the network was trained with backbone SASREC, not DIN");
            assertRefused(
                    options().withSizes(sizes.withDevice(sizes.device().withWidth(16))),
                    "the network was trained with width 8, not 16");
        }

        @Test
        void anotherLog() {
            InteractionLog other = SyntheticLog.of(4, 16, 9);
            assertThatThrownBy(
                            () ->
                                    new Trainer()
                                            .trainGenerator(
                                                    network,
                                                    other,
                                                    options(),
                                                    TrainingListener.NONE))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessageStartingWith("the network was trained with number of items");
        }

        private void assertRefused(TrainingOptions options, String message) {
            assertThatThrownBy(() -> generator(network, options))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(message);
        }

        @Test
        void aDirectoryWithSomethingElse() throws IOException {
            Files.writeString(directory.resolve("network.json"), "{\"backbone\": 3");
            assertThatThrownBy(() -> TrainedNetwork.read(directory))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            String.format(
                                    Locale.ROOT,
                                    "%s describes no trained network",
                                    directory.resolve("network.json")));
        }
    }

    @Nested
    class ShrinkageFactor {
        @Test
        void scalesTheResidualWhateverItsRank() {
            TrainedModel model = generator(network(options()), options());
            var half = Shrinkage.fold(model.generator(), model.dimensions(), 0.5);
            int d = 8;
            float[] before = model.generator().get("layer.1.decoder.bias").values();
            float[] after = half.get("layer.1.decoder.bias").values();

            // rank 2: u is kept, v and the bias row are halved
            for (int i = 0; i < before.length; i++) {
                float factor = i % (5 * d) < 2 * d ? 1 : 0.5f;
                assertThat(after[i]).isEqualTo(before[i] * factor);
            }
            assertThat(half.get("encoder.mlp.weight"))
                    .isEqualTo(model.generator().get("encoder.mlp.weight"));
        }

        @Test
        void aPenaltyMakesResidualsSmaller() {
            TrainedNetwork network = network(options());
            TrainingOptions penalized =
                    options().withObjective(options().objective().withResidualPenalty(100));

            TrainedModel model = generator(network, penalized);

            double loss = model.epochs().get(model.epochs().size() - 1).loss();
            double free = generator(network, options()).epochs().get(3).loss();
            assertThat(loss).isGreaterThan(free);
            // All but the global model is punished away: personalized ranking is the global one.
            assertThat(model.personalizedValidation().userAuc())
                    .isEqualTo(model.globalValidation().userAuc(), within(0.02));
        }
    }
}
