package duet.model.serving;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import duet.model.bundle.ModelTensors;
import duet.model.network.Backbone;
import duet.model.onnx.DeviceGraph;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.StoredTensor;
import duet.schemas.bundle.Vocabulary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the device model of a bundle in the cloud: {@code device.onnx} in DJL's ONNX Runtime engine,
 * for many devices at once. It is what offline evaluation ranks with; devices have their own
 * runtime. A scorer is not thread-safe.
 */
public final class DeviceScorer implements AutoCloseable {
    /** So many numbers of one attention layer are held at a time: 32 MB. */
    private static final long MAX_ATTENTION = 8L << 20;

    private final OnnxModel model;
    private final Supplier<OnnxModel> alikeModel;
    private final String modelVersion;
    private final Dimensions dimensions;
    private final Backbone backbone;
    private final Vocabulary vocabulary;
    private final ItemIndex items;
    private final float[][] globalLayers;

    private @Nullable OnnxModel openedAlike;

    private DeviceScorer(
            OnnxModel model,
            Supplier<OnnxModel> alikeModel,
            ModelBundle bundle,
            float[][] globalLayers) {
        this.model = model;
        this.alikeModel = alikeModel;
        this.modelVersion = bundle.modelVersion();
        this.dimensions = bundle.dimensions();
        this.backbone = Backbone.of(bundle.manifest().backbone());
        this.vocabulary = bundle.vocabulary();
        this.items = ItemIndex.of(vocabulary);
        this.globalLayers = globalLayers;
    }

    /**
     * Loads the device model and the global classifier.
     *
     * @throws InvalidInputException if a tensor does not fit the manifest or is not finite, naming
     *     it
     */
    public static DeviceScorer load(ModelBundle bundle) {
        Dimensions dimensions = bundle.dimensions();
        Map<String, StoredTensor> tensors = ModelTensors.storedDeviceOf(bundle);
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
        Backbone backbone = Backbone.of(bundle.manifest().backbone());
        return new DeviceScorer(
                OnnxModel.open(DeviceGraph.encode(backbone, tensors, dimensions), "device model"),
                () ->
                        OnnxModel.open(
                                DeviceGraph.encodeAlike(backbone, tensors, dimensions),
                                "device model"),
                bundle,
                layers);
    }

    /** Returns the dynamic layers of the global classifier, layer 1 first; copies. */
    public float[][] globalLayers() {
        float[][] layers = new float[globalLayers.length][];
        for (int n = 0; n < layers.length; n++) {
            layers[n] = globalLayers[n].clone();
        }
        return layers;
    }

    /** Returns the dynamic layers of a device, global classifier plus delta, layer 1 first. */
    public float[][] personalizedLayers(GeneratedDeltas deltas, int device) {
        float[][] layers = new float[globalLayers.length][];
        for (int n = 0; n < layers.length; n++) {
            layers[n] = deltas.matrix(device, n + 1);
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
     * @param histories raw item ids per device, oldest first, as many as there are: the newest L,
     *     or H where the device has a long memory, are used; unknown ones are skipped
     * @param layers dynamic layers per device: layer 1 first, row-major [d + 1, d]
     * @param candidates raw item ids per device; their number may differ
     * @return scores in the order of the candidates
     * @throws InvalidInputException on a candidate the model does not know
     * @throws IllegalStateException if closed, or if the model reads raw inputs
     */
    public List<float[]> score(
            List<long[]> histories, List<float[][]> layers, List<long[]> candidates) {
        requireInputs(false);
        return scoreInChunks(
                histories.size(),
                layers,
                candidates,
                (inputs, from, to) -> addHistories(inputs, histories.subList(from, to)));
    }

    /**
     * Scores the same candidates for every device. Where the user state does not depend on the
     * candidate, their embeddings are looked up once for all devices.
     *
     * @param histories as in {@link #score}
     * @param layers as in {@link #score}
     * @param candidates raw item ids
     * @return scores per device, in the order of the candidates
     * @throws InvalidInputException on a candidate the model does not know
     * @throws IllegalStateException if closed, or if the model reads raw inputs
     */
    public List<float[]> scoreAlike(
            List<long[]> histories, List<float[][]> layers, long[] candidates) {
        if (backbone.dependsOnCandidate() || histories.isEmpty() || candidates.length == 0) {
            return score(histories, layers, Collections.nCopies(histories.size(), candidates));
        }
        requireInputs(false);
        requireSizes(histories.size(), layers.size(), histories.size());
        long[] indices = Arrays.stream(candidates).map(this::knownIndex).toArray();
        if (openedAlike == null) {
            openedAlike = alikeModel.get();
        }
        return run(
                openedAlike,
                inputs -> addHistories(inputs, histories),
                layers,
                new Candidates(
                        indices,
                        new Shape(indices.length),
                        Collections.nCopies(histories.size(), indices.length)));
    }

    /** Scores with the global classifier; see {@link #scoreInputs}. */
    public List<float[]> scoreInputsGlobally(List<float[]> inputs, List<long[]> candidates) {
        return scoreInputs(inputs, Collections.nCopies(inputs.size(), globalLayers), candidates);
    }

    /**
     * Does what {@link #score} does, for a model that reads raw inputs.
     *
     * @param inputs numbers per device
     * @throws InvalidInputException on an input of another length, or a number that is not finite
     * @throws IllegalStateException if closed, or if the model reads histories
     */
    public List<float[]> scoreInputs(
            List<float[]> inputs, List<float[][]> layers, List<long[]> candidates) {
        requireInputs(true);
        inputs.forEach(this::requireSound);
        return scoreInChunks(
                inputs.size(),
                layers,
                candidates,
                (list, from, to) -> addInputs(list, inputs.subList(from, to)));
    }

    private List<float[]> scoreInChunks(
            int batch, List<float[][]> layers, List<long[]> candidates, Source source) {
        requireSizes(batch, layers.size(), candidates.size());
        int longest = candidates.stream().mapToInt(list -> list.length).max().orElse(0);
        if (longest == 0) {
            return candidates.stream().map(list -> new float[0]).toList();
        }
        int atOnce = devicesAtOnce(longest);
        List<float[]> scores = new ArrayList<>(batch);
        for (int from = 0; from < batch; from += atOnce) {
            int to = Math.min(batch, from + atOnce);
            scores.addAll(
                    scoreAtOnce(
                            from,
                            to,
                            layers.subList(from, to),
                            candidates.subList(from, to),
                            source));
        }
        return scores;
    }

    /**
     * Returns how many devices are scored at once: attention per candidate takes memory for every
     * candidate, position and hidden number.
     */
    private int devicesAtOnce(int candidates) {
        if (!backbone.dependsOnCandidate()) {
            return Integer.MAX_VALUE;
        }
        long perDevice =
                (long) candidates
                        * Math.max(dimensions.window(), dimensions.width())
                        * dimensions.feedForward();
        return (int) Math.max(1, MAX_ATTENTION / perDevice);
    }

    private List<float[]> scoreAtOnce(
            int from, int to, List<float[][]> layers, List<long[]> candidates, Source source) {
        int batch = to - from;
        int longest = candidates.stream().mapToInt(list -> list.length).max().orElse(0);
        long[] indices = new long[batch * longest];
        for (int device = 0; device < batch; device++) {
            long[] list = candidates.get(device);
            for (int i = 0; i < list.length; i++) {
                indices[device * longest + i] = knownIndex(list[i]);
            }
        }
        return run(
                model,
                inputs -> source.add(inputs, from, to),
                layers,
                new Candidates(
                        indices,
                        new Shape(batch, longest),
                        candidates.stream().map(list -> list.length).toList()));
    }

    /**
     * What is to be scored.
     *
     * @param indices of items, as {@code shape} says: [batch, C], or [C] for all devices
     * @param counts how many of its C scores each device has asked for
     */
    private record Candidates(long[] indices, Shape shape, List<Integer> counts) {
        int width() {
            return (int) shape.get(shape.dimension() - 1);
        }
    }

    private List<float[]> run(
            OnnxModel graph,
            Consumer<Inputs> source,
            List<float[][]> layers,
            Candidates candidates) {
        int batch = layers.size();
        return graph.run(
                manager -> {
                    NDList inputs = new NDList();
                    source.accept(new Inputs(manager, inputs));
                    for (int n = 0; n < dimensions.dynamicLayers(); n++) {
                        inputs.add(
                                manager.create(
                                        joined(layers, n),
                                        new Shape(
                                                batch,
                                                dimensions.layerRows(),
                                                dimensions.width())));
                    }
                    inputs.add(manager.create(candidates.indices, candidates.shape));
                    return inputs;
                },
                outputs -> {
                    float[] all = OnnxModel.named(outputs, "scores").toFloatArray();
                    List<float[]> scores = new ArrayList<>(batch);
                    for (int device = 0; device < batch; device++) {
                        int start = device * candidates.width();
                        int count = candidates.counts.get(device);
                        scores.add(Arrays.copyOfRange(all, start, start + count));
                    }
                    return scores;
                });
    }

    /** Gives what the devices of a range have read, as the file's first inputs. */
    private interface Source {
        void add(Inputs inputs, int from, int to);
    }

    private record Inputs(NDManager manager, NDList list) {}

    private void addHistories(Inputs inputs, List<long[]> histories) {
        int batch = histories.size();
        inputs.list.add(
                inputs.manager.create(
                        WindowBatch.indices(vocabulary, histories, dimensions.window()),
                        new Shape(batch, dimensions.window())));
        if (!dimensions.deviceMemoryDecays().isEmpty()) {
            HistoryBatch history = HistoryBatch.of(items, histories, dimensions.history());
            inputs.list.add(
                    inputs.manager.create(history.indices(), new Shape(batch, history.length())));
        }
    }

    private void addInputs(Inputs inputs, List<float[]> vectors) {
        float[] joined = new float[vectors.size() * dimensions.inputs()];
        for (int device = 0; device < vectors.size(); device++) {
            System.arraycopy(
                    vectors.get(device),
                    0,
                    joined,
                    device * dimensions.inputs(),
                    dimensions.inputs());
        }
        inputs.list.add(
                inputs.manager.create(joined, new Shape(vectors.size(), dimensions.inputs())));
    }

    private static void requireSizes(int devices, int layers, int candidates) {
        if (layers != devices || candidates != devices) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "%d devices, %d sets of layers, %d lists of candidates",
                            devices,
                            layers,
                            candidates));
        }
    }

    private void requireInputs(boolean raw) {
        if (backbone.readsInputs() != raw) {
            throw new IllegalStateException(
                    String.format(
                            Locale.ROOT,
                            "model %s with the backbone %s reads %s",
                            modelVersion,
                            backbone.id(),
                            backbone.readsInputs() ? "raw inputs" : "histories"));
        }
    }

    private void requireSound(float[] input) {
        if (input.length != dimensions.inputs()) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "an input has %d numbers, model %s reads %d",
                            input.length,
                            modelVersion,
                            dimensions.inputs()));
        }
        for (int i = 0; i < input.length; i++) {
            if (!Float.isFinite(input[i])) {
                throw new InvalidInputException("an input has the value " + input[i] + " at " + i);
            }
        }
    }

    private float[] joined(List<float[][]> layers, int n) {
        int size = dimensions.layerSize();
        float[] values = new float[layers.size() * size];
        for (int device = 0; device < layers.size(); device++) {
            float[] layer = layers.get(device)[n];
            if (layer.length != size) {
                throw new IllegalArgumentException(
                        String.format(
                                Locale.ROOT,
                                "dynamic layer %d of device %d has %d values, not %d",
                                n + 1,
                                device,
                                layer.length,
                                size));
            }
            System.arraycopy(layer, 0, values, device * size, size);
        }
        return values;
    }

    private int knownIndex(long item) {
        int index = vocabulary.indexOf(item);
        if (index == 0) {
            throw new InvalidInputException(
                    "model "
                            + modelVersion
                            + " does not know the candidate item "
                            + vocabulary.names().shown(item));
        }
        return index;
    }

    @Override
    public void close() {
        try (model) {
            if (openedAlike != null) {
                openedAlike.close();
            }
        }
    }
}
