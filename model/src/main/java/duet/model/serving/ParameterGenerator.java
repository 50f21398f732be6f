package duet.model.serving;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import duet.model.onnx.OnnxSignature;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Vocabulary;
import java.nio.FloatBuffer;
import java.util.List;

/**
 * The parameter generator of a bundle: {@code generator.onnx} in DJL's ONNX Runtime engine on the caller's thread. Not
 * thread-safe: one for each subtask. Several may be open in one JVM.
 */
public final class ParameterGenerator implements AutoCloseable {
    private final OnnxModel model;
    private final String modelVersion;
    private final Dimensions dimensions;
    private final Vocabulary vocabulary;

    private ParameterGenerator(OnnxModel model, ModelBundle bundle) {
        this.model = model;
        this.modelVersion = bundle.modelVersion();
        this.dimensions = bundle.dimensions();
        this.vocabulary = bundle.vocabulary();
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
            generator.generate(List.of(new long[0]));
        } catch (RuntimeException e) {
            generator.close();
            throw e;
        }
        return generator;
    }

    public String modelVersion() {
        return modelVersion;
    }

    /**
     * Generates the deltas of several devices at once.
     *
     * @param histories raw item ids per device, oldest first, any length: the newest known ones that fit the window are
     *     used. A history without a known item is allowed and gives the delta of an empty window.
     * @return deltas in the order of the histories
     * @throws NonFiniteParametersException if a result is not a finite number
     * @throws IllegalStateException if closed
     */
    public GeneratedDeltas generate(List<long[]> histories) {
        int batch = histories.size();
        int length = dimensions.window();
        int layers = dimensions.dynamicLayers();
        if (batch == 0) {
            FloatBuffer[] none = new FloatBuffer[layers];
            return new GeneratedDeltas(0, FloatBuffer.allocate(0), 0, none, 0);
        }
        long[] windows = WindowBatch.indices(vocabulary, histories, length);
        return model.run(
                manager -> new NDList(manager.create(windows, new Shape(batch, length))),
                outputs -> {
                    FloatBuffer embeddings =
                            checked(outputs, "embedding", batch, dimensions.embeddingWidth());
                    FloatBuffer[] deltas = new FloatBuffer[layers];
                    for (int n = 1; n <= layers; n++) {
                        deltas[n - 1] =
                                checked(
                                        outputs,
                                        Dimensions.layerName(n),
                                        batch,
                                        dimensions.layerSize());
                    }
                    return new GeneratedDeltas(
                            batch,
                            embeddings,
                            dimensions.embeddingWidth(),
                            deltas,
                            dimensions.layerSize());
                });
    }

    /** An output as a copy on the heap, after a look at every number. */
    private FloatBuffer checked(NDList outputs, String name, int batch, int width) {
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
