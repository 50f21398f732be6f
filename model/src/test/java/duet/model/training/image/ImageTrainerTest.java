package duet.model.training.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.model.bundle.BundleExport;
import duet.model.bundle.ModelTensors;
import duet.model.image.ImagePopulation;
import duet.model.image.ImageSample;
import duet.model.image.PopulationSize;
import duet.model.image.glyph.Glyph;
import duet.model.image.glyph.GlyphPopulation;
import duet.model.network.Backbone;
import duet.model.training.EpochMetrics;
import duet.model.training.TrainedModel;
import duet.model.training.TrainingListener;
import duet.model.training.TrainingPhase;
import duet.model.training.TrainingProgress;
import duet.model.training.TrainingReport;
import duet.model.training.options.AdamOptions;
import duet.model.training.options.PhaseOptions;
import duet.model.training.options.TrainingOptions;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageTrainerTest {
    private static final ImagePopulation POPULATION =
            GlyphPopulation.of(5, new PopulationSize(12, 4, 2, 40));

    @Test
    void theSameSeedGivesTheSameModelAndAnotherOneAnother() {
        TrainedModel once = train(options());
        TrainedModel again = train(options());
        TrainedModel other = train(options().withSeed(2));
        assertThat(values(again.device())).isEqualTo(values(once.device()));
        assertThat(values(again.generator())).isEqualTo(values(once.generator()));
        assertThat(values(other.device())).isNotEqualTo(values(once.device()));
    }

    @Test
    void learnsTheClassesInAFewEpochs() {
        TrainedModel model = train(options().withEpochs(12));
        assertThat(model.epochs().get(0).phase()).isEqualTo(TrainingPhase.NETWORK);
        assertThat(model.globalValidation().userAuc()).isGreaterThan(0.6); // 0.5 by guessing
        assertThat(model.dimensions().features()).isEqualTo(model.dimensions().width());
        assertThat(model.dimensions().inputs()).isEqualTo(POPULATION.task().inputs());
        assertThat(model.personalizedByAge()).containsOnlyKeys(0, 10, 30);
    }

    @Test
    void refusesDevicesThatSeeTooLittle() {
        assertThatThrownBy(
                        () ->
                                new ImageTrainer()
                                        .train(
                                                GlyphPopulation.of(
                                                        1, new PopulationSize(2, 2, 2, 20)),
                                                ImageTrainingOptions.glyphs(),
                                                TrainingListener.NONE))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("devices have 20 samples");
    }

    @Test
    void refusesBackbonesOfItems() {
        assertThatThrownBy(() -> train(options().withBackbone(Backbone.DIN)))
                .isInstanceOf(InvalidInputException.class)
                .hasMessageContaining("din");
    }

    @Test
    void trainsTogetherFirstAndThenTheGeneratorAlone() {
        TrainedModel model = train(options().withJoint(true).withEpochs(8));
        assertThat(model.epochs())
                .extracting(EpochMetrics::phase)
                .startsWith(TrainingPhase.JOINT)
                .endsWith(TrainingPhase.GENERATOR)
                .doesNotContain(TrainingPhase.NETWORK);
        assertThat(model.globalValidation().userAuc()).isGreaterThan(0.6); // 0.5 by guessing
        TrainedModel again = train(options().withJoint(true).withEpochs(8));
        assertThat(values(again.device())).isEqualTo(values(model.device()));
        assertThat(values(again.generator())).isEqualTo(values(model.generator()));
        assertThat(ImageTrainer.recorded(model.options())).containsEntry("joint", true);
    }

    @Test
    void anEpochScoresNoMoreSamplesThanItMay() {
        TrainingOptions options = options().withEpochs(1).withSamples(80);
        List<Long> scored = new ArrayList<>();
        new ImageTrainer(() -> 0)
                .train(
                        POPULATION,
                        options.withJoint(true),
                        new TrainingListener() {
                            @Override
                            public void onProgress(TrainingProgress progress) {
                                scored.add((long) progress.batches());
                            }
                        });
        // Two devices of 40 samples, in windows that score 16: five windows, one batch.
        assertThat(scored).containsOnly(1L);
    }

    @Test
    void recordsTheOptionsThatMatter() {
        assertThat(ImageTrainer.recorded(options()))
                .containsEntry("seed", 1L)
                .containsEntry("maxAge", 30)
                .containsEntry("network.batch", 64)
                .containsEntry("generator.learningRate", 4e-3)
                .doesNotContainKeys("joint", "validationNegatives", "network.negatives");
    }

    @Nested
    class FineTuned {
        @TempDir Path directory;

        private final List<ImageSample> labelled =
                IntStream.range(0, 30).mapToObj(POPULATION.test().get(0)::sample).toList();

        @Test
        void knowsItsSamplesBetterAndLeavesTheGlobalModelAlone() {
            try (ImageFineTuning tuning = ImageFineTuning.load(bundle(), 3, () -> 0)) {
                ImageFineTuning.Tuned little =
                        tuning.tune(labelled, new ImageFineTuning.Setting(1, 30, 1e-6, false));
                ImageFineTuning.Tuned tuned =
                        tuning.tune(labelled, new ImageFineTuning.Setting(60, 10, 3e-3, false));
                ImageFineTuning.Tuned again =
                        tuning.tune(labelled, new ImageFineTuning.Setting(60, 10, 3e-3, false));
                assertThat(right(tuning, tuned)).isGreaterThan(right(tuning, little) + 10);
                assertThat(values(again.device())).isEqualTo(values(tuned.device()));
            }
        }

        private int right(ImageFineTuning tuning, ImageFineTuning.Tuned tuned) {
            long[] labels = Glyph.labels();
            List<float[]> scores =
                    tuning.scores(tuned, labelled.stream().map(ImageSample::image).toList());
            int right = 0;
            for (int i = 0; i < scores.size(); i++) {
                float[] of = scores.get(i);
                int best = IntStream.range(0, of.length).reduce(0, (a, b) -> of[b] > of[a] ? b : a);
                right += labels[best] == labelled.get(i).label() ? 1 : 0;
            }
            return right;
        }

        private ModelBundle bundle() {
            TrainedModel model = train(options());
            return BundleExport.write(
                    directory.resolve("bundle"),
                    model.options().backbone().id(),
                    model.dimensions(),
                    model.vocabulary(),
                    new ModelTensors(model.device(), model.generator()),
                    TrainingReport.metrics(model),
                    model.options().asMap(),
                    Optional.empty());
        }
    }

    private static TrainingOptions options() {
        TrainingOptions defaults = ImageTrainingOptions.glyphs();
        PhaseOptions phase = new PhaseOptions(2, 12, 64, 20, new AdamOptions(4e-3, 0, 1), 0, 0.9);
        return defaults.withSeed(1)
                .withObjective(defaults.objective().withMaxAge(30))
                .withNetwork(phase)
                .withGenerator(phase);
    }

    private static TrainedModel train(TrainingOptions options) {
        return new ImageTrainer(() -> 0).train(POPULATION, options, TrainingListener.NONE);
    }

    private static Map<String, List<Float>> values(Map<String, Tensor> tensors) {
        Map<String, List<Float>> values = new TreeMap<>();
        tensors.forEach(
                (name, tensor) -> {
                    List<Float> list = new ArrayList<>();
                    for (float value : tensor.values()) {
                        list.add(value);
                    }
                    values.put(name, list);
                });
        return values;
    }
}
