package duet.model.serving;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import duet.model.onnx.OnnxSignature;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Tensor;
import duet.schemas.bundle.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * The device model of a bundle in the cloud: {@code device.onnx} in DJL's ONNX Runtime engine, for many devices at once. It
 * is what offline evaluation ranks with; devices have their own runtime. Not thread-safe.
 */
public final class DeviceScorer implements AutoCloseable {
    private final OnnxModel model;
    private final String modelVersion;
    private final Dimensions dimensions;
    private final Vocabulary vocabulary;
    private final float[][] globalLayers;

    private DeviceScorer(OnnxModel model, ModelBundle bundle, float[][] globalLayers) {
        this.model = model;
        this.modelVersion = bundle.modelVersion();
        this.dimensions = bundle.dimensions();
        this.vocabulary = bundle.vocabulary();
        this.globalLayers = globalLayers;
    }

    /**
     * Loads the device model and the global classifier.
     *
     * @throws InvalidInputException if the ONNX file or a tensor does not fit the manifest, naming it
     */
    public static DeviceScorer load(ModelBundle bundle) {
        Dimensions dimensions = bundle.dimensions();
        OnnxSignature.requireDevice(bundle);
        Map<String, Tensor> tensors = bundle.tensors(ModelBundle.DEVICE_WEIGHTS);
        float[][] layers = new float[dimensions.dynamicLayers()][];
        for (int n = 1; n <= layers.length; n++) {
            layers[n - 1] =
                    ModelBundle.require(
                                    tensors,
                                    Dimensions.layerName(n),
                                    dimensions.layerRows(),
                                    dimensions.width())
                            .values();
        }
        return new DeviceScorer(
                OnnxModel.open(bundle.file(ModelBundle.DEVICE_ONNX)), bundle, layers);
    }

    /** The dynamic layers of the global classifier, layer 1 first; copies. */
    public float[][] globalLayers() {
        float[][] layers = new float[globalLayers.length][];
        for (int n = 0; n < layers.length; n++) {
            layers[n] = globalLayers[n].clone();
        }
        return layers;
    }

    /** The dynamic layers of a device, global classifier plus delta, layer 1 first. */
    public float[][] personalizedLayers(GeneratedDeltas deltas, int device) {
        float[][] layers = new float[globalLayers.length][];
        for (int n = 0; n < layers.length; n++) {
            layers[n] = deltas.layer(device, n + 1);
            for (int i = 0; i < layers[n].length; i++) {
                layers[n][i] += globalLayers[n][i];
            }
        }
        return layers;
    }

    /** Scores with the global classifier; see {@link #score}. */
    public List<float[]> scoreGlobally(List<long[]> histories, List<long[]> candidates) {
        return score(histories, Collections.nCopies(histories.size(), globalLayers), candidates);
    }

    /**
     * Scores each device's candidates.
     *
     * @param histories raw item ids per device, oldest first; unknown ones are skipped
     * @param layers dynamic layers per device: layer 1 first, row-major [d + 1, d]
     * @param candidates raw item ids per device; their number may differ
     * @return scores in the order of the candidates
     * @throws InvalidInputException on a candidate the model does not know
     * @throws IllegalStateException if closed
     */
    public List<float[]> score(
            List<long[]> histories, List<float[][]> layers, List<long[]> candidates) {
        int batch = histories.size();
        if (layers.size() != batch || candidates.size() != batch) {
            throw new IllegalArgumentException(
                    "%d histories, %d sets of layers, %d lists of candidates"
                            .formatted(batch, layers.size(), candidates.size()));
        }
        int longest = candidates.stream().mapToInt(list -> list.length).max().orElse(0);
        if (longest == 0) {
            return histories.stream().map(history -> new float[0]).toList();
        }
        long[] windows = WindowBatch.indices(vocabulary, histories, dimensions.window());
        long[] indices = new long[batch * longest];
        for (int device = 0; device < batch; device++) {
            long[] list = candidates.get(device);
            for (int i = 0; i < list.length; i++) {
                indices[device * longest + i] = knownIndex(list[i]);
            }
        }
        return model.run(
                manager -> {
                    NDList inputs =
                            new NDList(
                                    manager.create(windows, new Shape(batch, dimensions.window())));
                    for (int n = 0; n < dimensions.dynamicLayers(); n++) {
                        inputs.add(
                                manager.create(
                                        joined(layers, n),
                                        new Shape(
                                                batch,
                                                dimensions.layerRows(),
                                                dimensions.width())));
                    }
                    inputs.add(manager.create(indices, new Shape(batch, longest)));
                    return inputs;
                },
                outputs -> {
                    NDArray output = OnnxModel.named(outputs, "scores");
                    float[] all = output.toFloatArray();
                    List<float[]> scores = new ArrayList<>(batch);
                    for (int device = 0; device < batch; device++) {
                        int from = device * longest;
                        scores.add(
                                Arrays.copyOfRange(
                                        all, from, from + candidates.get(device).length));
                    }
                    return scores;
                });
    }

    private float[] joined(List<float[][]> layers, int n) {
        int size = dimensions.layerSize();
        float[] values = new float[layers.size() * size];
        for (int device = 0; device < layers.size(); device++) {
            float[] layer = layers.get(device)[n];
            if (layer.length != size) {
                throw new IllegalArgumentException(
                        "dynamic layer %d of device %d has %d values, not %d"
                                .formatted(n + 1, device, layer.length, size));
            }
            System.arraycopy(layer, 0, values, device * size, size);
        }
        return values;
    }

    private int knownIndex(long item) {
        int index = vocabulary.indexOf(item);
        if (index == 0) {
            throw new InvalidInputException(
                    "model %s does not know the candidate item %d".formatted(modelVersion, item));
        }
        return index;
    }

    @Override
    public void close() {
        model.close();
    }
}
