package duet.model.serving;

import static duet.model.Rounding.TOLERANCE;
import static duet.model.Rounding.assertClose;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import duet.model.bundle.ModelTensors;
import duet.model.network.Backbone;
import duet.model.network.Dropout;
import duet.model.network.GeneratorInput;
import duet.model.network.ParameterGenerator;
import duet.model.network.ParameterSet;
import duet.model.network.UniversalMetaNetwork;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Tensor;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was trained in PyTorch is what the ONNX files compute. */
class NetworkParityTest {
    private static final int DEVICES = 40;

    @TempDir Path directory;

    @ParameterizedTest(name = "{0} decoders, {1} blocks, {2} heads")
    @CsvSource({"1,1,1", "2,2,2", "3,3,4"})
    void trainedAndDeployedModelAgree(int decoders, int blocks, int heads) {
        Dimensions dimensions = RandomModels.dimensions(decoders, blocks, heads, 2);
        ModelTensors tensors = RandomModels.tensors(dimensions, decoders);
        // Training leaves key biases at zero, where softmax does not see them.
        for (int block = 1; block <= blocks; block++) {
            Tensor bias = tensors.device().get("block." + block + ".key.bias");
            Arrays.fill(bias.values(), 0);
        }
        ModelBundle bundle = RandomModels.bundle(directory.resolve("b"), dimensions, tensors);
        Random random = new Random(heads);
        List<long[]> histories = new ArrayList<>();
        List<long[]> candidates = new ArrayList<>();
        for (int device = 0; device < DEVICES; device++) {
            histories.add(RandomModels.items(random, device % 15, dimensions));
            candidates.add(RandomModels.items(random, 8, dimensions));
        }
        try (ServedGenerator generator = ServedGenerator.load(bundle);
                DeviceScorer scorer = DeviceScorer.load(bundle);
                NDManager manager = Engine.getEngine("PyTorch").newBaseManager()) {
            var trained =
                    new ParameterGenerator(
                            dimensions, ParameterSet.of(manager, tensors.generator()));
            var network =
                    new UniversalMetaNetwork(
                            Backbone.SASREC,
                            dimensions,
                            ParameterSet.of(manager, tensors.device()));
            NDArray window =
                    manager.create(
                            WindowBatch.indices(
                                    bundle.vocabulary(), histories, dimensions.window()),
                            new Shape(DEVICES, dimensions.window()));
            GeneratedDeltas deployed = generator.generate(histories);
            NDList deltas = trained.generate(GeneratorInput.ofItems(window), Dropout.NONE);
            for (int n = 1; n <= 2; n++) {
                float[] expected = deltas.get(n - 1).toFloatArray();
                int size = dimensions.layerSize();
                for (int device = 0; device < DEVICES; device++) {
                    assertClose(
                            deployed.matrix(device, n),
                            Arrays.copyOfRange(expected, device * size, (device + 1) * size));
                }
            }

            long[] indices =
                    candidates.stream()
                            .flatMapToLong(Arrays::stream)
                            .map(bundle.vocabulary()::indexOf)
                            .toArray();
            NDArray states = network.state(window, null, null, Dropout.NONE).expandDims(1);
            NDArray targets = manager.create(indices, new Shape(DEVICES, 1, 8));
            float[] global = network.score(network.globalHead(states), targets).toFloatArray();
            float[] personalized =
                    network.score(network.personalizedHead(states, deltas), targets).toFloatArray();
            List<float[][]> layers = new ArrayList<>();
            for (int device = 0; device < DEVICES; device++) {
                layers.add(scorer.personalizedLayers(deployed, device));
            }
            assertScores(scorer.scoreGlobally(histories, candidates), global);
            assertScores(scorer.score(histories, layers, candidates), personalized);
        }
    }

    /** Both round in float32, so the tolerance is that of the largest score. */
    private static void assertScores(List<float[]> actual, float[] expected) {
        float largest = 1;
        for (float score : expected) {
            largest = Math.max(largest, Math.abs(score));
        }
        for (int device = 0; device < DEVICES; device++) {
            assertThat(actual.get(device))
                    .containsExactly(
                            Arrays.copyOfRange(expected, device * 8, (device + 1) * 8),
                            within(TOLERANCE * largest));
        }
    }
}
