package duet.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import duet.schemas.bundle.Dimensions;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Generates personalized parameters: head encoder, and per dynamic layer the layer's embeddings,
 * the stable weight adapter and M linear decoders. Its output is what a device adds to the global
 * classifier.
 */
public final class ParameterGenerator {
    /** Names the item table, [items + 1, d_c], where interactions are items. */
    public static final String ITEMS = InteractionEmbedding.ITEMS;

    /**
     * The decoders' first values have this deviation: deltas start near zero, so at first every
     * device has the global model.
     */
    private static final double DECODER_DEVIATION = 0.01;

    private final Dimensions dimensions;
    private final ParameterSet parameters;
    private final HeadEncoder encoder;
    private final Evidence evidence;
    private final List<StableWeightAdapter> adapters = new ArrayList<>();

    /**
     * Makes a generator over existing parameters.
     *
     * @param parameters the tensors of {@code generator.safetensors}
     */
    public ParameterGenerator(Dimensions dimensions, ParameterSet parameters) {
        this.dimensions = dimensions;
        this.parameters = parameters;
        this.encoder = new HeadEncoder(dimensions, parameters);
        this.evidence = new Evidence(dimensions);
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
                    dimensions.generatedSize());
            parameters.add(
                    layer + "decoder.bias",
                    decoderBias(dimensions, random),
                    decoders,
                    dimensions.generatedSize());
        }
        return new ParameterGenerator(dimensions, parameters);
    }

    /**
     * Returns zeros, but for the left factors of a residual of low rank, which start as vectors of
     * length about 1: the right ones, near zero at first, would have no gradient otherwise.
     */
    private static float[] decoderBias(Dimensions dimensions, SplittableRandom random) {
        int width = dimensions.width();
        float[] bias = new float[dimensions.decoders() * dimensions.generatedSize()];
        for (int m = 0; m < dimensions.decoders(); m++) {
            int from = m * dimensions.generatedSize();
            for (int i = 0; i < dimensions.rank() * width; i++) {
                bias[from + i] = (float) (random.nextGaussian() / Math.sqrt(width));
            }
        }
        return bias;
    }

    /**
     * Moves freshly drawn parameters of the encoder to where its layers tell these devices apart:
     * outputs of mean 0 and deviation 1 before each tanh. Interactions that have much in common
     * would otherwise give all devices about the same embedding, and training may then find nothing
     * to begin with.
     *
     * @param devices representative ones, without padding
     */
    public void standardise(GeneratorInput devices) {
        encoder.standardise(devices);
    }

    public ParameterSet parameters() {
        return parameters;
    }

    /**
     * Returns the distribution embedding of each device.
     *
     * @return [batch, d_z]
     */
    public NDArray embedding(GeneratorInput input, Dropout dropout) {
        return encoder.encode(input, dropout);
    }

    /**
     * Returns what is generated for all dynamic layers of a batch of devices: the factors of a
     * residual of low rank, u, v and the bias row, or the whole matrix where the rank is 0. It
     * counts as much as stands behind it: nothing up to n_0 interactions, {@code 1 - n_0 / n} of it
     * from then on.
     *
     * @return per layer [batch, 2 r + 1, d] or [batch, d + 1, d]
     */
    public NDList factors(GeneratorInput input, Dropout dropout) {
        NDList decoded = decoded(embedding(input, dropout));
        if (dimensions.coldStart() == 0) {
            return decoded;
        }
        NDArray weights = evidence.weights(input.mask());
        NDList factors = new NDList();
        decoded.forEach(layer -> factors.add(layer.mul(weights)));
        return factors;
    }

    /**
     * Returns what the decoders make of distribution embeddings [batch, d_z], whatever stands
     * behind them.
     */
    NDList decoded(NDArray embedding) {
        int decoders = dimensions.decoders();
        int width = dimensions.layerEmbeddingWidth();
        long batch = embedding.getShape().get(0);
        NDList factors = new NDList();
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
            factors.add(
                    mixed.matMul(parameters.get(layer + "decoder.weight"))
                            .add(shares.matMul(parameters.get(layer + "decoder.bias")))
                            .reshape(batch, dimensions.generatedRows(), dimensions.width()));
        }
        return factors;
    }

    /**
     * Returns the residuals as matrices that can be added to the global classifier.
     *
     * @param factors as {@link #factors} gives them
     * @return per layer [batch, d + 1, d]: the sum over k of u_k v_k, below it the bias row
     */
    private NDList matrices(NDList factors) {
        int rank = dimensions.rank();
        if (rank == 0) {
            return factors;
        }
        long[] parts = {rank, 2L * rank};
        NDList matrices = new NDList();
        for (NDArray layer : factors) {
            NDList split = layer.split(parts, 1);
            NDArray weights = split.get(0).transpose(0, 2, 1).matMul(split.get(1));
            matrices.add(weights.concat(split.get(2), 1));
        }
        return matrices;
    }

    /**
     * Returns the residuals of all dynamic layers for a batch of devices, per layer [batch, d + 1,
     * d].
     */
    public NDList generate(GeneratorInput input, Dropout dropout) {
        return matrices(factors(input, dropout));
    }

    /**
     * Does what {@link #generate} does as if everything stood behind every device's residual: what
     * training minimises, so that little evidence teaches as much as plenty.
     */
    public NDList generateUnweighted(GeneratorInput input, Dropout dropout) {
        return matrices(decoded(embedding(input, dropout)));
    }
}
