package duet.model.network;

import ai.djl.ndarray.NDArray;
import duet.schemas.bundle.Dimensions;

/**
 * Decides in one dynamic layer how much each of its M decoders counts for a device, so that one
 * decoder's oscillation does not reach the device. With E the M embeddings of the layer: {@code T =
 * tanh(E·W)}, {@code S = softmax_rows(T·Eᵀ / sqrt(d_e))}, α = column mean of S. The adapter is
 * reconstructed from figure 2(d) of the DUET paper, which has no text on it.
 */
public final class StableWeightAdapter {
    private final ParameterSet parameters;
    private final String weight;
    private final int embeddingWidth;

    /** Makes the adapter of dynamic layer {@code n}, counted from 1. */
    public StableWeightAdapter(Dimensions dimensions, ParameterSet parameters, int n) {
        this.parameters = parameters;
        this.weight = "layer." + n + ".adapter.weight";
        this.embeddingWidth = dimensions.layerEmbeddingWidth();
    }

    /**
     * Returns the shares of the decoders.
     *
     * @param embeddings E, [batch, M, d_e]
     * @return α, [batch, M]; each row sums to 1
     */
    public NDArray shares(NDArray embeddings) {
        NDArray transformed = embeddings.matMul(parameters.get(weight)).tanh();
        NDArray similarity =
                Scale.by(
                        transformed.matMul(embeddings.transpose(0, 2, 1)),
                        1 / Math.sqrt(embeddingWidth));
        return similarity.softmax(2).mean(new int[] {1});
    }
}
