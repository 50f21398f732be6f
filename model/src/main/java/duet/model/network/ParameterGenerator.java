package duet.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import duet.schemas.bundle.Dimensions;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Personalized parameter generator: head encoder, and per dynamic layer the layer's embeddings, the stable weight adapter
 * and M linear decoders. Its output is what a device adds to the global classifier.
 */
public final class ParameterGenerator {
    /** Deviation of the decoders' first values: deltas start near zero, so at first every device has the global model. */
    private static final double DECODER_DEVIATION = 0.01;

    private final Dimensions dimensions;
    private final ParameterSet parameters;
    private final HeadEncoder encoder;
    private final List<StableWeightAdapter> adapters = new ArrayList<>();

    /**
     * A generator over existing parameters.
     *
     * @param parameters the tensors of {@code generator.safetensors}
     */
    public ParameterGenerator(Dimensions dimensions, ParameterSet parameters) {
        this.dimensions = dimensions;
        this.parameters = parameters;
        this.encoder = new HeadEncoder(dimensions, parameters);
        for (int n = 1; n <= dimensions.dynamicLayers(); n++) {
            adapters.add(new StableWeightAdapter(dimensions, parameters, n));
        }
    }

    /** Adds freshly drawn parameters of a generator of these sizes to an empty set. */
    public static ParameterGenerator initialise(
            Dimensions dimensions, ParameterSet parameters, SplittableRandom random) {
        HeadEncoder.initialise(dimensions, parameters, random);
        int decoders = dimensions.decoders();
        int width = dimensions.layerEmbeddingWidth();
        for (int n = 1; n <= dimensions.dynamicLayers(); n++) {
            String layer = "layer." + n + ".";
            parameters.glorot(
                    layer + "embedding.weight",
                    random,
                    dimensions.embeddingWidth(),
                    decoders * width);
            parameters.zeros(layer + "embedding.bias", decoders * width);
            parameters.glorot(layer + "adapter.weight", random, width, width);
            parameters.normal(
                    layer + "decoder.weight",
                    random,
                    DECODER_DEVIATION,
                    decoders * width,
                    dimensions.layerSize());
            parameters.zeros(layer + "decoder.bias", decoders, dimensions.layerSize());
        }
        return new ParameterGenerator(dimensions, parameters);
    }

    public ParameterSet parameters() {
        return parameters;
    }

    /**
     * Distribution embedding of each window.
     *
     * @param window [batch, L] int64
     * @return [batch, d_z]
     */
    public NDArray embedding(NDArray window, Dropout dropout) {
        return encoder.encode(window, dropout);
    }

    /**
     * Deltas of all dynamic layers from distribution embeddings.
     *
     * @param embedding [batch, d_z]
     * @return per layer [batch, d+1, d]
     */
    public NDList deltas(NDArray embedding) {
        int decoders = dimensions.decoders();
        int width = dimensions.layerEmbeddingWidth();
        long batch = embedding.getShape().get(0);
        NDList deltas = new NDList();
        for (int n = 1; n <= dimensions.dynamicLayers(); n++) {
            String layer = "layer." + n + ".";
            NDArray embeddings =
                    embedding
                            .matMul(parameters.get(layer + "embedding.weight"))
                            .add(parameters.get(layer + "embedding.bias"))
                            .reshape(batch, decoders, width);
            NDArray shares = adapters.get(n - 1).shares(embeddings);
            NDArray mixed =
                    embeddings.mul(shares.expandDims(-1)).reshape(batch, (long) decoders * width);
            deltas.add(
                    mixed.matMul(parameters.get(layer + "decoder.weight"))
                            .add(shares.matMul(parameters.get(layer + "decoder.bias")))
                            .reshape(batch, dimensions.layerRows(), dimensions.width()));
        }
        return deltas;
    }

    /** Deltas of all dynamic layers, per layer [batch, d+1, d], from windows [batch, L] int64. */
    public NDList generate(NDArray window, Dropout dropout) {
        return deltas(embedding(window, dropout));
    }
}
