package duet.model.network;

import ai.djl.ndarray.NDArray;
import duet.schemas.bundle.Dimensions;
import java.util.SplittableRandom;

/**
 * Turns windows into vectors: item embeddings times √d, with or without positions that count from
 * the most recent item.
 */
final class SequenceEmbedding {
    private final Dimensions dimensions;
    private final Layers layers;

    SequenceEmbedding(Dimensions dimensions, ParameterSet parameters) {
        this.dimensions = dimensions;
        this.layers = new Layers(parameters);
    }

    static void initialisePositions(
            Dimensions dimensions, ParameterSet parameters, SplittableRandom random) {
        parameters.normal(
                "position.embedding", random, 0.02, dimensions.window(), dimensions.width());
    }

    /** Returns the item embeddings of any indices, scaled; padding is not masked. */
    NDArray items(NDArray indices) {
        return Scale.by(
                Layers.embed(indices, layers.get("item.embedding")), Math.sqrt(dimensions.width()));
    }

    /** Returns [batch, L, d] of windows [batch, L]; padding is zero. */
    NDArray withPositions(NDArray window, NDArray mask, Dropout dropout) {
        NDArray positions = layers.get("position.embedding").flip(0).expandDims(0);
        return dropout.apply(items(window).add(positions)).mul(mask.expandDims(-1));
    }
}
