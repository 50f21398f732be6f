package duet.model.serving;

import static duet.model.Rounding.tolerance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import duet.model.bundle.ModelTensors;
import duet.model.network.Backbone;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.GeneratorSizes;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Safetensors;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceScorerTest {
    @TempDir Path directory;

    @ParameterizedTest(name = "{0} blocks, {1} heads, {2} layers, batch {3}")
    @CsvSource({"1,1,2,1", "1,2,2,16", "2,1,2,16", "2,4,1,16", "3,2,3,64"})
    void scoresWhatTheEquationsSay(int blocks, int heads, int layers, int batch) {
        assertScores(Backbone.SASREC, RandomModels.dimensions(2, blocks, heads, layers), batch);
    }

    @ParameterizedTest(name = "{0}, batch {1}")
    @CsvSource({"GRU4REC, 1", "GRU4REC, 64", "DIN, 1", "DIN, 64"})
    void scoresWhatTheEquationsOfOtherBackbonesSay(Backbone backbone, int batch) {
        assertScores(backbone, RandomModels.dimensions(2, 1, 1, 2), batch);
    }

    @ParameterizedTest(name = "{0}, batch {1}")
    @CsvSource({"SASREC, 16", "GRU4REC, 1", "DIN, 16"})
    void readsALongMemory(Backbone backbone, int batch) {
        // Weights as drawn: enlarged ones multiply up to scores beyond float32's fifth digit.
        Dimensions dimensions = RandomModels.withDeviceMemory();
        assertScores(
                backbone, dimensions, ModelTensors.untrained(backbone, dimensions, batch), batch);
    }

    @ParameterizedTest(name = "{0}, batch {1}")
    @CsvSource({"SASREC, 16", "GRU4REC, 1", "DIN, 16"})
    void readsAnItemTableOfInt8(Backbone backbone, int batch) {
        Dimensions dimensions = RandomModels.withDeviceMemory();
        assertScores(
                backbone,
                dimensions,
                ModelTensors.untrained(backbone, dimensions, batch).withInt8Items(),
                batch);
    }

    private void assertScores(Backbone backbone, Dimensions dimensions, int batch) {
        assertScores(
                backbone, dimensions, RandomModels.tensors(backbone, dimensions, batch), batch);
    }

    private void assertScores(
            Backbone backbone, Dimensions dimensions, ModelTensors tensors, int batch) {
        ModelBundle bundle =
                RandomModels.bundle(directory.resolve("b"), backbone, dimensions, tensors);
        PlainDevice plain = new PlainDevice(backbone, tensors.device(), dimensions);
        Random random = new Random(batch);
        int most = dimensions.history();
        try (DeviceScorer scorer = DeviceScorer.load(bundle)) {
            for (int round = 0; round <= most + 2; round += Math.min(batch, 7)) {
                List<long[]> histories = new ArrayList<>();
                List<float[][]> weights = new ArrayList<>();
                List<long[]> candidates = new ArrayList<>();
                for (int device = 0; device < batch; device++) {
                    int items = (round + device) % (most + 3);
                    histories.add(RandomModels.items(random, items, dimensions));
                    weights.add(perturbed(scorer.globalLayers(), random));
                    candidates.add(RandomModels.items(random, 1 + device % 9, dimensions));
                }
                List<float[]> scores = scorer.score(histories, weights, candidates);
                assertThat(scores).hasSize(batch);
                for (int device = 0; device < batch; device++) {
                    long[] history = histories.get(device);
                    double[] expected =
                            plain.scores(
                                    bundle.vocabulary().window(history, dimensions.window()),
                                    bundle.vocabulary().window(history, most),
                                    weights.get(device),
                                    indices(bundle, candidates.get(device)));
                    assertThat(scores.get(device))
                            .containsExactly(Matrix.floats(expected), within(tolerance(scores)));
                }
                assertScoredAlike(scorer, histories, weights, candidates.get(batch - 1));
            }
        }
    }

    private static void assertScoredAlike(
            DeviceScorer scorer,
            List<long[]> histories,
            List<float[][]> weights,
            long[] candidates) {
        List<float[]> one =
                scorer.score(histories, weights, Collections.nCopies(histories.size(), candidates));
        List<float[]> alike = scorer.scoreAlike(histories, weights, candidates);
        assertThat(alike).hasSameSizeAs(one);
        for (int device = 0; device < one.size(); device++) {
            assertThat(alike.get(device)).containsExactly(one.get(device), within(tolerance(one)));
        }
    }

    private static int[] indices(ModelBundle bundle, long[] items) {
        return Arrays.stream(items).mapToInt(bundle.vocabulary()::indexOf).toArray();
    }

    /** What attention per candidate needs is bounded: many devices are scored in several runs. */
    @Test
    void candidatesWithStatesOfTheirOwnAreScoredInChunks() {
        Dimensions dimensions =
                new Dimensions(
                        50,
                        64,
                        64,
                        new DeviceSizes(64, 1, 1, 64),
                        2,
                        GeneratorSizes.recurrent(10, 14, 9, 6, 1));
        ModelBundle bundle =
                RandomModels.bundle(
                        directory.resolve("b"),
                        Backbone.DIN,
                        dimensions,
                        RandomModels.tensors(Backbone.DIN, dimensions, 3));
        Random random = new Random(4);
        List<long[]> histories = new ArrayList<>();
        List<long[]> candidates = new ArrayList<>();
        for (int device = 0; device < 45; device++) { // 40 at once, each 50 · 64 · 64 numbers
            histories.add(RandomModels.items(random, 1 + device, dimensions));
            candidates.add(RandomModels.items(random, device == 44 ? 3 : 50, dimensions));
        }
        try (DeviceScorer scorer = DeviceScorer.load(bundle)) {
            List<float[]> together = scorer.scoreGlobally(histories, candidates);
            assertThat(together).hasSize(45);
            for (int device : new int[] {0, 39, 40, 41, 44}) {
                assertThat(together.get(device))
                        .containsExactly(
                                scorer.scoreGlobally(
                                                List.of(histories.get(device)),
                                                List.of(candidates.get(device)))
                                        .get(0),
                                within(tolerance(together)));
            }
        }
    }

    @Nested
    class OfRawInputs {
        private final Dimensions dimensions = RandomModels.withInputs();
        private final ModelTensors tensors =
                RandomModels.tensors(Backbone.PERCEPTRON, dimensions, 5);
        private ModelBundle bundle;

        @BeforeEach
        void write() {
            bundle =
                    RandomModels.bundle(
                            directory.resolve("b"), Backbone.PERCEPTRON, dimensions, tensors);
        }

        @Test
        void scoresWhatTheEquationsSay() {
            PlainDevice plain = new PlainDevice(Backbone.PERCEPTRON, tensors.device(), dimensions);
            Random random = new Random(1);
            try (DeviceScorer scorer = DeviceScorer.load(bundle)) {
                List<float[]> inputs = new ArrayList<>();
                List<float[][]> weights = new ArrayList<>();
                List<long[]> candidates = new ArrayList<>();
                for (int device = 0; device < 20; device++) {
                    float[] input = new float[20];
                    for (int i = 0; i < input.length; i++) {
                        input[i] = (float) random.nextGaussian();
                    }
                    inputs.add(input);
                    weights.add(perturbed(scorer.globalLayers(), random));
                    candidates.add(RandomModels.items(random, 1 + device % 9, dimensions));
                }
                List<float[]> scores = scorer.scoreInputs(inputs, weights, candidates);
                List<float[]> global = scorer.scoreInputsGlobally(inputs, candidates);
                for (int device = 0; device < 20; device++) {
                    int[] items = indices(bundle, candidates.get(device));
                    assertThat(scores.get(device))
                            .containsExactly(
                                    Matrix.floats(
                                            plain.scores(
                                                    inputs.get(device),
                                                    weights.get(device),
                                                    items)),
                                    within(tolerance(scores)));
                    assertThat(global.get(device))
                            .containsExactly(
                                    Matrix.floats(
                                            plain.scores(
                                                    inputs.get(device),
                                                    scorer.globalLayers(),
                                                    items)),
                                    within(tolerance(global)));
                }
            }
        }

        @Test
        void refusesAnInputThatDoesNotFit() {
            float[] broken = new float[20];
            broken[7] = Float.NaN;
            List<long[]> candidates = List.of(new long[] {10});
            try (DeviceScorer scorer = DeviceScorer.load(bundle)) {
                assertThatThrownBy(
                                () ->
                                        scorer.scoreInputsGlobally(
                                                List.of(new float[19]), candidates))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessage(
                                String.format(
                                        Locale.ROOT,
                                        "an input has 19 numbers, model %s reads 20",
                                        bundle.modelVersion()));
                assertThatThrownBy(() -> scorer.scoreInputsGlobally(List.of(broken), candidates))
                        .isInstanceOf(InvalidInputException.class)
                        .hasMessage("an input has the value NaN at 7");
                assertThatThrownBy(() -> scorer.scoreGlobally(List.of(new long[] {10}), candidates))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage(
                                String.format(
                                        Locale.ROOT,
                                        "model %s with the backbone perceptron reads raw inputs",
                                        bundle.modelVersion()));
            }
        }
    }

    private static float[][] perturbed(float[][] layers, Random random) {
        for (float[] layer : layers) {
            for (int i = 0; i < layer.length; i++) {
                layer[i] += (float) (0.1 * random.nextGaussian());
            }
        }
        return layers;
    }

    @Test
    void aDeltaIsAddedToTheGlobalClassifier() {
        Dimensions dimensions = RandomModels.dimensions(2, 1, 1, 2);
        ModelTensors tensors = RandomModels.tensors(dimensions, 3);
        ModelBundle bundle = RandomModels.bundle(directory.resolve("b"), dimensions, tensors);
        List<long[]> histories = List.of(new long[] {10, 20, 30}, new long[] {40});
        try (DeviceScorer scorer = DeviceScorer.load(bundle);
                ServedGenerator generator = ServedGenerator.load(bundle)) {
            GeneratedDeltas deltas = generator.generate(histories);

            float[][] layers = scorer.personalizedLayers(deltas, 1);

            for (int n = 1; n <= 2; n++) {
                float[] delta = deltas.layer(1, n);
                float[] global = tensors.device().get(Dimensions.layerName(n)).values();
                assertThat(scorer.globalLayers()[n - 1]).containsExactly(global);
                for (int i = 0; i < delta.length; i++) {
                    assertThat(layers[n - 1][i]).isEqualTo(global[i] + delta[i]);
                }
            }
        }
    }

    @Test
    void unknownItemsOfAHistoryTakeNoPlaceAndUnknownCandidatesAreRefused() {
        Dimensions dimensions = RandomModels.dimensions(1, 1, 1, 2);
        ModelBundle bundle =
                RandomModels.bundle(
                        directory.resolve("b"), dimensions, RandomModels.tensors(dimensions, 3));
        try (DeviceScorer scorer = DeviceScorer.load(bundle)) {
            List<long[]> candidates = List.of(new long[] {10, 500});
            assertThat(scorer.scoreGlobally(List.of(new long[] {20, 30}), candidates))
                    .usingRecursiveComparison()
                    .isEqualTo(
                            scorer.scoreGlobally(
                                    List.of(new long[] {7, 20, 999, 30, 3}), candidates));
            assertThatThrownBy(
                            () ->
                                    scorer.scoreGlobally(
                                            List.of(new long[] {20}), List.of(new long[] {11})))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(
                            String.format(
                                    Locale.ROOT,
                                    "model %s does not know the candidate item 11",
                                    bundle.modelVersion()));
        }
    }

    @Test
    void weightsThatDoNotFitTheManifestAreRefused() {
        Dimensions dimensions = RandomModels.dimensions(1, 1, 1, 2);
        ModelBundle bundle =
                RandomModels.bundleWith(
                        directory.resolve("b"),
                        RandomModels.dimensions(1, 1, 1, 3),
                        Map.of(
                                ModelBundle.DEVICE_WEIGHTS,
                                Safetensors.encode(RandomModels.tensors(dimensions, 3).device())));
        assertThatThrownBy(() -> DeviceScorer.load(bundle))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage("the bundle has no tensor dynamic.3");
    }
}
