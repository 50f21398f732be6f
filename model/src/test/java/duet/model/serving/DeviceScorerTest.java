package duet.model.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import duet.model.bundle.ModelTensors;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceScorerTest {
    private static final float TOLERANCE = 1e-5f;

    @TempDir Path directory;

    @ParameterizedTest(name = "{0} blocks, {1} heads, {2} layers, batch {3}")
    @CsvSource({"1,1,2,1", "1,2,2,16", "2,1,2,16", "2,4,1,16", "3,2,3,64"})
    void scoresWhatTheEquationsSay(int blocks, int heads, int layers, int batch) {
        Dimensions dimensions = RandomModels.dimensions(2, blocks, heads, layers);
        ModelTensors tensors = RandomModels.tensors(dimensions, blocks * 10L + heads);
        ModelBundle bundle = RandomModels.bundle(directory.resolve("b"), dimensions, tensors);
        PlainDevice plain = new PlainDevice(tensors.device(), dimensions);
        Random random = new Random(batch);
        int window = dimensions.window();
        try (DeviceScorer scorer = DeviceScorer.load(bundle)) {
            for (int round = 0; round <= window + 2; round += Math.min(batch, 7)) {
                List<long[]> histories = new ArrayList<>();
                List<float[][]> weights = new ArrayList<>();
                List<long[]> candidates = new ArrayList<>();
                for (int device = 0; device < batch; device++) {
                    int items = (round + device) % (window + 3);
                    histories.add(RandomModels.items(random, items, dimensions));
                    weights.add(perturbed(scorer.globalLayers(), random));
                    candidates.add(RandomModels.items(random, 1 + device % 9, dimensions));
                }
                List<float[]> scores = scorer.score(histories, weights, candidates);
                assertThat(scores).hasSize(batch);
                for (int device = 0; device < batch; device++) {
                    int[] indices =
                            Arrays.stream(candidates.get(device))
                                    .mapToInt(bundle.vocabulary()::indexOf)
                                    .toArray();
                    double[] expected =
                            plain.scores(
                                    bundle.vocabulary().window(histories.get(device), window),
                                    weights.get(device),
                                    indices);
                    assertThat(scores.get(device))
                            .containsExactly(Matrix.floats(expected), within(TOLERANCE));
                }
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
                ParameterGenerator generator = ParameterGenerator.load(bundle)) {
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
                            "model %s does not know the candidate item 11", bundle.modelVersion());
        }
    }

    @Test
    void anOnnxFileThatDoesNotFitTheManifestIsRefused() throws IOException {
        Dimensions dimensions = RandomModels.dimensions(1, 1, 1, 2);
        ModelBundle narrow =
                RandomModels.bundle(
                        directory.resolve("a"), dimensions, RandomModels.tensors(dimensions, 3));
        ModelBundle bundle =
                RandomModels.bundleWith(
                        directory.resolve("b"),
                        RandomModels.dimensions(1, 1, 1, 3),
                        Map.of(
                                ModelBundle.DEVICE_ONNX,
                                Files.readAllBytes(narrow.file(ModelBundle.DEVICE_ONNX))));
        assertThatThrownBy(() -> DeviceScorer.load(bundle))
                .isInstanceOf(InvalidInputException.class)
                .hasMessage(
                        "%s has no input 'dynamic.3', the manifest needs float[batch, 17, 16]",
                        bundle.file(ModelBundle.DEVICE_ONNX));
    }
}
