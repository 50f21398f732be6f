package duet.model.serving;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import duet.model.network.GeneratorInput;
import duet.model.onnx.OnnxSignature;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;

/**
 * The parameter generator of a bundle: {@code generator.onnx} in DJL's ONNX Runtime engine on the caller's thread. Not
 * thread-safe: one for each subtask. Several may be open in one JVM.
 */
public final class ParameterGenerator implements AutoCloseable {
    private final OnnxModel model;
    private final String modelVersion;
    private final Dimensions dimensions;
    private final ItemIndex items;

    private ParameterGenerator(OnnxModel model, ModelBundle bundle) {
        this.model = model;
        this.modelVersion = bundle.modelVersion();
        this.dimensions = bundle.dimensions();
        this.items = ItemIndex.of(bundle.vocabulary());
    }

    /**
     * Loads the generator and runs it once, so that the first device does not wait for the engine.
     *
     * @throws duet.schemas.InvalidInputException if the ONNX file does not fit the manifest, naming the tensor
     */
    public static ParameterGenerator load(ModelBundle bundle) {
        OnnxSignature.requireGenerator(bundle);
        OnnxModel model = OnnxModel.open(bundle.file(ModelBundle.GENERATOR_ONNX));
        ParameterGenerator generator = new ParameterGenerator(model, bundle);
        try {
            if (generator.dimensions.features() > 0) {
                generator.generateFromFeatures(Collections.singletonList(new float[0][]));
            } else {
                generator.generate(List.of(new long[0]));
            }
        } catch (RuntimeException e) {
            generator.close();
            throw e;
        }
        return generator;
    }

    public String modelVersion() {
        return modelVersion;
    }

    /** Sizes of the model. */
    public Dimensions dimensions() {
        return dimensions;
    }

    /**
     * Generates the deltas of several devices at once.
     *
     * @param histories raw item ids per device, oldest first, any length: the newest known ones that the generator reads are
     *     used. A history without a known item is allowed and gives the delta of an empty one.
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
        int limit = GeneratorInput.limit(dimensions);
        // A bundle of format 1 takes windows of exactly L, and L is all a generator without memory
        // reads.
        int shortest = dimensions.memoryDecays().isEmpty() ? limit : 1;
        HistoryBatch read = HistoryBatch.of(items, histories, shortest, limit);
        return run(
                batch,
                manager ->
                        new NDList(
                                manager.create(read.indices(), new Shape(batch, read.length()))));
    }

    /**
     * Generates the deltas of several devices whose windows hold feature vectors.
     *
     * @param histories vectors of d_f numbers per device, oldest first, any number of them: the newest ones that the
     *     generator reads are used. None is allowed.
     * @return deltas in the order of the histories
     * @throws duet.schemas.InvalidInputException naming a vector of another width or with a number that is not finite
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
                    "model %s reads histories of %s"
                            .formatted(modelVersion, expected ? "items" : "feature vectors"));
        }
    }

    private GeneratedDeltas run(int batch, Function<NDManager, NDList> inputs) {
        return model.run(
                inputs,
                outputs -> {
                    FloatBuffer embeddings =
                            checked(outputs, "embedding", dimensions.embeddingWidth());
                    FloatBuffer[] layers = new FloatBuffer[dimensions.dynamicLayers()];
                    for (int n = 1; n <= layers.length; n++) {
                        layers[n - 1] =
                                checked(
                                        outputs,
                                        Dimensions.layerName(n),
                                        dimensions.generatedSize());
                    }
                    return new GeneratedDeltas(batch, embeddings, layers, dimensions);
                });
    }

    /** An output as a copy on the heap, after a look at every number. */
    private FloatBuffer checked(NDList outputs, String name, int width) {
        NDArray output = OnnxModel.named(outputs, name);
        float[] values = output.toFloatArray();
        int bad = firstNonFinite(values);
        if (bad >= 0) {
            throw new NonFiniteParametersException(bad / width, name, modelVersion);
        }
        return FloatBuffer.wrap(values);
    }

    private static int firstNonFinite(float[] values) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value)); // NaN stays; vectorized
        }
        if (largest <= Float.MAX_VALUE) {
            return -1;
        }
        int i = 0;
        while (Float.isFinite(values[i])) {
            i++;
        }
        return i;
    }

    @Override
    public void close() {
        model.close();
    }
}
