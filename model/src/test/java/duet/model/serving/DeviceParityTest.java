package duet.model.serving;

import static duet.model.Rounding.TOLERANCE;
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
import duet.model.network.ParameterSet;
import duet.model.network.UniversalMetaNetwork;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
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

/**
 * The device model that PyTorch trains is the one that ONNX Runtime serves, whatever its backbone.
 */
class DeviceParityTest {
    private static final int DEVICES = 40;
    private static final int CANDIDATES = 8;

    @TempDir Path directory;

    private final Random random = new Random(7);

    @ParameterizedTest(name = "{0}, long memory {1}")
    @CsvSource({"SASREC, true", "GRU4REC, false", "GRU4REC, true", "DIN, false", "DIN, true"})
    void ofHistories(Backbone backbone, boolean remembers) {
        Dimensions dimensions =
                remembers ? RandomModels.withDeviceMemory() : RandomModels.dimensions(2, 1, 1, 2);
        ModelTensors tensors = RandomModels.tensors(backbone, dimensions, 3);
        forgetKeyBiases(tensors);
        ModelBundle bundle =
                RandomModels.bundle(directory.resolve("b"), backbone, dimensions, tensors);
        List<long[]> histories = new ArrayList<>();
        for (int device = 0; device < DEVICES; device++) {
            histories.add(RandomModels.items(random, device, dimensions));
        }
        List<long[]> candidates = candidates(dimensions);
        try (DeviceScorer scorer = DeviceScorer.load(bundle);
                NDManager manager = Engine.getEngine("PyTorch").newBaseManager()) {
            NDArray window = indices(manager, bundle, histories, dimensions.window());
            NDArray history = indices(manager, bundle, histories, dimensions.history());
            List<float[][]> layers = layers(scorer);
            assertSame(
                    network(manager, backbone, dimensions, tensors),
                    window,
                    history,
                    indices(manager, bundle, candidates, CANDIDATES),
                    layers,
                    scorer.scoreGlobally(histories, candidates),
                    scorer.score(histories, layers, candidates));
        }
    }

    @Test
    void ofRawInputs() {
        Dimensions dimensions = RandomModels.withInputs();
        ModelTensors tensors = RandomModels.tensors(Backbone.PERCEPTRON, dimensions, 3);
        ModelBundle bundle =
                RandomModels.bundle(
                        directory.resolve("b"), Backbone.PERCEPTRON, dimensions, tensors);
        List<float[]> inputs = new ArrayList<>();
        float[] joined = new float[DEVICES * 20];
        for (int device = 0; device < DEVICES; device++) {
            for (int i = 0; i < 20; i++) {
                joined[device * 20 + i] = (float) random.nextGaussian();
            }
            inputs.add(Arrays.copyOfRange(joined, device * 20, (device + 1) * 20));
        }
        List<long[]> candidates = candidates(dimensions);
        try (DeviceScorer scorer = DeviceScorer.load(bundle);
                NDManager manager = Engine.getEngine("PyTorch").newBaseManager()) {
            List<float[][]> layers = layers(scorer);
            assertSame(
                    network(manager, Backbone.PERCEPTRON, dimensions, tensors),
                    manager.create(joined, new Shape(DEVICES, 20)),
                    null,
                    indices(manager, bundle, candidates, CANDIDATES),
                    layers,
                    scorer.scoreInputsGlobally(inputs, candidates),
                    scorer.scoreInputs(inputs, layers, candidates));
        }
    }

    /**
     * Scores by the network of what the scorer has scored; layers are the global ones plus deltas.
     */
    private static void assertSame(
            UniversalMetaNetwork network,
            NDArray window,
            NDArray history,
            NDArray candidates,
            List<float[][]> layers,
            List<float[]> global,
            List<float[]> personalized) {
        NDArray states = network.state(window, history, candidates, Dropout.NONE);
        boolean perCandidate = network.dependsOnCandidate();
        assertScores(global, network.score(network.globalHead(states), candidates));
        NDArray grouped = perCandidate ? states : states.expandDims(1);
        NDArray own = network.personalizedHead(grouped, deltas(network, layers));
        assertScores(personalized, network.score(perCandidate ? own : own.squeeze(1), candidates));
    }

    private static NDList deltas(UniversalMetaNetwork network, List<float[][]> layers) {
        NDList deltas = new NDList();
        for (int n = 1; n <= layers.get(0).length; n++) {
            NDArray global = network.parameters().get(Dimensions.layerName(n));
            int size = (int) global.size();
            float[] values = new float[layers.size() * size];
            for (int device = 0; device < layers.size(); device++) {
                System.arraycopy(layers.get(device)[n - 1], 0, values, device * size, size);
            }
            Shape shape = new Shape(layers.size()).addAll(global.getShape());
            deltas.add(global.getManager().create(values, shape).sub(global));
        }
        return deltas;
    }

    private static UniversalMetaNetwork network(
            NDManager manager, Backbone backbone, Dimensions dimensions, ModelTensors tensors) {
        return new UniversalMetaNetwork(
                backbone, dimensions, ParameterSet.of(manager, tensors.device()));
    }

    private List<long[]> candidates(Dimensions dimensions) {
        List<long[]> candidates = new ArrayList<>();
        for (int device = 0; device < DEVICES; device++) {
            candidates.add(RandomModels.items(random, CANDIDATES, dimensions));
        }
        return candidates;
    }

    private List<float[][]> layers(DeviceScorer scorer) {
        List<float[][]> layers = new ArrayList<>();
        for (int device = 0; device < DEVICES; device++) {
            float[][] own = scorer.globalLayers();
            for (float[] layer : own) {
                for (int i = 0; i < layer.length; i++) {
                    layer[i] += (float) (0.1 * random.nextGaussian());
                }
            }
            layers.add(own);
        }
        return layers;
    }

    private static NDArray indices(
            NDManager manager, ModelBundle bundle, List<long[]> items, int length) {
        return manager.create(
                WindowBatch.indices(bundle.vocabulary(), items, length),
                new Shape(items.size(), length));
    }

    /** Training leaves key biases at zero, where softmax does not see them. */
    private static void forgetKeyBiases(ModelTensors tensors) {
        Map<String, duet.schemas.bundle.Tensor> device = tensors.device();
        device.forEach(
                (name, tensor) -> {
                    if (name.endsWith(".key.bias")) {
                        Arrays.fill(tensor.values(), 0);
                    }
                });
    }

    /** Both round in float32, so the tolerance is that of the largest score. */
    private static void assertScores(List<float[]> actual, NDArray scores) {
        float[] expected = scores.toFloatArray();
        float largest = 1;
        for (float score : expected) {
            largest = Math.max(largest, Math.abs(score));
        }
        assertThat(actual).hasSize(DEVICES);
        for (int device = 0; device < DEVICES; device++) {
            assertThat(actual.get(device))
                    .containsExactly(
                            Arrays.copyOfRange(
                                    expected, device * CANDIDATES, (device + 1) * CANDIDATES),
                            within(TOLERANCE * largest));
        }
    }
}
