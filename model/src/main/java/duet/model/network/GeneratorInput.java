package duet.model.network;

import ai.djl.ndarray.NDArray;
import duet.schemas.bundle.Dimensions;
import org.jspecify.annotations.Nullable;

/**
 * Holds what the generator reads of a batch of devices, their newest interaction last; either item
 * indices or feature vectors.
 *
 * @param items [batch, length] int64, left-padded with 0; null where interactions are feature
 *     vectors
 * @param features [batch, length, d_f]; null where interactions are items
 * @param mask [batch, length], 1 for an interaction and 0 for padding
 */
public record GeneratorInput(@Nullable NDArray items, @Nullable NDArray features, NDArray mask) {

    /** Makes the input of histories of items, [batch, length] int64, left-padded with 0. */
    public static GeneratorInput ofItems(NDArray items) {
        return new GeneratorInput(items, null, Layers.mask(items));
    }

    /**
     * Makes the input of histories of feature vectors [batch, length, d_f], of which those count
     * whose mask [batch, length] is 1.
     */
    public static GeneratorInput ofFeatures(NDArray features, NDArray mask) {
        return new GeneratorInput(null, features, mask);
    }

    /**
     * Returns how many interactions of a history a generator of these sizes reads at most: H with a
     * long memory, L without.
     */
    public static int limit(Dimensions dimensions) {
        return dimensions.memoryDecays().isEmpty() ? dimensions.window() : dimensions.history();
    }
}
