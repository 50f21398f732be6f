package duet.model.serving;

import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import duet.model.bundle.ModelTensors;
import duet.model.network.Evidence;
import duet.model.network.GeneratorInput;
import duet.model.onnx.GeneratorGraph;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs the parameter generator of a bundle in DJL's ONNX Runtime engine on the caller's thread. The
 * engine never sees a graph from outside: it runs one that is made here of the bundle's weights,
 * and {@code generator.onnx} is for others. Where a long memory of items is all the generator
 * reads, {@link HistorySummaries} sums the items up and the graph does the rest, which gives the
 * same but for rounding. A generator is not thread-safe: each subtask has its own. Several may be
 * open in one JVM.
 */
public final class ServedGenerator implements AutoCloseable {
    private final OnnxModel model;
    private final String modelVersion;
    private final Dimensions dimensions;
    private final ItemIndex items;

    /** Sums the histories up; null where the graph reads them itself. */
    private final @Nullable HistorySummaries summaries;

    /** Holds what the graph reads; grows to the largest batch. */
    private FloatBuffer summarised = FloatBuffer.allocate(0);

    private ServedGenerator(
            OnnxModel model,
            ModelBundle bundle,
            ItemIndex items,
            @Nullable HistorySummaries summaries) {
        this.model = model;
        this.modelVersion = bundle.modelVersion();
        this.dimensions = bundle.dimensions();
        this.items = items;
        this.summaries = summaries;
    }

    /**
     * Loads the generator and runs it once, so that the first device does not wait for the engine.
     *
     * @throws InvalidInputException if a tensor does not fit the manifest or is not finite, naming
     *     it, or if what is generated of an empty history is not finite
     */
    public static ServedGenerator load(ModelBundle bundle) {
        Dimensions dimensions = bundle.dimensions();
        boolean onlyMemory =
                dimensions.features() == 0
                        && dimensions.encoderWidth() == 0
                        && !dimensions.memoryDecays().isEmpty();
        return onlyMemory ? summarising(bundle) : portable(bundle);
    }

    /** Loads the generator with the graph that {@code generator.onnx} has, whatever it reads. */
    static ServedGenerator portable(ModelBundle bundle) {
        Map<String, Tensor> tensors = ModelTensors.generatorOf(bundle);
        return warm(
                new ServedGenerator(
                        OnnxModel.open(
                                GeneratorGraph.encode(tensors, bundle.dimensions()), "generator"),
                        bundle,
                        ItemIndex.of(bundle.vocabulary()),
                        null));
    }

    private static ServedGenerator summarising(ModelBundle bundle) {
        Map<String, Tensor> tensors = ModelTensors.generatorOf(bundle);
        Dimensions dimensions = bundle.dimensions();
        ItemIndex items = ItemIndex.of(bundle.vocabulary());
        OnnxModel model =
                OnnxModel.open(
                        GeneratorGraph.encodeFromSummaries(tensors, dimensions), "generator");
        return warm(
                new ServedGenerator(
                        model, bundle, items, new HistorySummaries(items, tensors, dimensions)));
    }

    private static ServedGenerator warm(ServedGenerator generator) {
        try {
            if (generator.dimensions.features() > 0) {
                generator.generateFromFeatures(Collections.singletonList(new float[0][]));
            } else {
                generator.generate(List.of(new long[0]));
            }
        } catch (NonFiniteParametersException e) {
            generator.close();
            throw new InvalidInputException("the generator cannot be used: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            generator.close();
            throw e;
        }
        return generator;
    }

    public String modelVersion() {
        return modelVersion;
    }

    /** Returns the sizes of the model. */
    public Dimensions dimensions() {
        return dimensions;
    }

    /**
     * Generates the deltas of several devices at once.
     *
     * @param histories raw item ids per device, oldest first, any length: the newest known ones
     *     that the generator reads are used. A history without a known item is allowed and gives
     *     the delta of an empty one.
     * @return deltas in the order of the histories
     * @throws NonFiniteParametersException if a result is not a finite number
     * @throws IllegalStateException if closed, or if the model reads feature vectors
     */
    public GeneratedDeltas generate(List<long[]> histories) {
        requireFeatures(false);
        int batch = histories.size();
        if (batch == 0) {
            return GeneratedDeltas.none(dimensions);
        }
        if (summaries != null) {
            return generateFromSummaries(histories);
        }
        int limit = GeneratorInput.limit(dimensions);
        HistoryBatch read = HistoryBatch.of(items, histories, limit);
        return run(
                batch,
                manager ->
                        new NDList(
                                manager.create(read.indices(), new Shape(batch, read.length()))));
    }

    /**
     * Generates the deltas of several devices whose windows hold feature vectors.
     *
     * @param histories vectors of d_f numbers per device, oldest first, any number of them: the
     *     newest ones that the generator reads are used. None is allowed.
     * @return deltas in the order of the histories
     * @throws duet.schemas.InvalidInputException naming a vector of another width or with a number
     *     that is not finite
     * @throws NonFiniteParametersException if a result is not a finite number
     * @throws IllegalStateException if closed, or if the model reads items
     */
    public GeneratedDeltas generateFromFeatures(List<float[][]> histories) {
        requireFeatures(true);
        int batch = histories.size();
        if (batch == 0) {
            return GeneratedDeltas.none(dimensions);
        }
        int width = dimensions.features();
        FeatureBatch read = FeatureBatch.of(histories, width, GeneratorInput.limit(dimensions));
        return run(
                batch,
                manager ->
                        new NDList(
                                manager.create(
                                        read.features(), new Shape(batch, read.length(), width)),
                                manager.create(read.mask(), new Shape(batch, read.length()))));
    }

    private void requireFeatures(boolean expected) {
        if (expected != dimensions.features() > 0) {
            throw new IllegalStateException(
                    String.format(
                            Locale.ROOT,
                            "model %s reads histories of %s",
                            modelVersion,
                            expected ? "items" : "feature vectors"));
        }
    }

    private GeneratedDeltas generateFromSummaries(List<long[]> histories) {
        int batch = histories.size();
        int size = Math.multiplyExact(batch, summaries.size());
        if (summarised.capacity() < size) {
            summarised =
                    ByteBuffer.allocateDirect(Math.multiplyExact(size, Float.BYTES))
                            .order(ByteOrder.nativeOrder())
                            .asFloatBuffer();
        }
        summarised.clear();
        int[] read = new int[batch];
        for (int device = 0; device < batch; device++) {
            read[device] = summaries.summarise(histories.get(device), summarised);
        }
        summarised.flip();
        float[] numbers =
                model.run(
                        manager ->
                                new NDList(
                                        manager.create(
                                                summarised,
                                                new Shape(batch, summaries.size()),
                                                DataType.FLOAT32)),
                        outputs -> OnnxModel.named(outputs, GeneratorGraph.NUMBERS).toFloatArray());
        int stride = numbers.length / batch;
        GeneratedDeltas.Rows embeddings =
                new GeneratedDeltas.Rows(numbers, 0, dimensions.embeddingWidth(), stride);
        GeneratedDeltas.Rows[] layers = new GeneratedDeltas.Rows[dimensions.dynamicLayers()];
        for (int n = 1; n <= layers.length; n++) {
            layers[n - 1] =
                    new GeneratedDeltas.Rows(
                            numbers,
                            dimensions.embeddingWidth() + (n - 1) * dimensions.generatedSize(),
                            dimensions.generatedSize(),
                            stride);
        }
        weigh(layers, read);
        return new GeneratedDeltas(batch, embeddings, layers, dimensions).checked(modelVersion);
    }

    /**
     * Lets what was generated count as much as stands behind it; the graph does not know how much
     * that is.
     */
    private void weigh(GeneratedDeltas.Rows[] layers, int[] read) {
        if (dimensions.coldStart() == 0) {
            return;
        }
        int kept = dimensions.rank() * dimensions.width(); // left factors
        for (int device = 0; device < read.length; device++) {
            float weight = Evidence.of(dimensions, read[device]);
            for (GeneratedDeltas.Rows layer : layers) {
                int end = layer.at(device) + layer.count();
                for (int i = layer.at(device) + kept; i < end; i++) {
                    layer.values()[i] *= weight;
                }
            }
        }
    }

    private GeneratedDeltas run(int batch, Function<NDManager, NDList> inputs) {
        return model.run(
                inputs,
                outputs -> {
                    GeneratedDeltas.Rows embeddings =
                            output(outputs, "embedding", dimensions.embeddingWidth());
                    GeneratedDeltas.Rows[] layers =
                            new GeneratedDeltas.Rows[dimensions.dynamicLayers()];
                    for (int n = 1; n <= layers.length; n++) {
                        layers[n - 1] =
                                output(
                                        outputs,
                                        Dimensions.layerName(n),
                                        dimensions.generatedSize());
                    }
                    return new GeneratedDeltas(batch, embeddings, layers, dimensions)
                            .checked(modelVersion);
                });
    }

    private static GeneratedDeltas.Rows output(NDList outputs, String name, int width) {
        return new GeneratedDeltas.Rows(
                OnnxModel.named(outputs, name).toFloatArray(), 0, width, width);
    }

    @Override
    public void close() {
        model.close();
    }
}
