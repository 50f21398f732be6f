package duet.device;

import duet.schemas.bundle.Dimensions;
import java.util.Arrays;

/**
 * Turns items into vectors, which are their embeddings times √d. Padding has no place in what it
 * makes.
 */
final class SequenceEmbedding {
    private final int width;
    private final float scale;
    private final ItemTable items;

    SequenceEmbedding(Dimensions dimensions, ItemTable items) {
        this.width = dimensions.width();
        this.scale = (float) Math.sqrt(width);
        this.items = items;
    }

    /** Copies the vector of an item to {@code x}. */
    void copy(int item, float[] x, int at) {
        Arrays.fill(x, at, at + width, 0);
        items.addScaled(scale, item, x, at);
    }

    /** Returns the items of a window that come after its padding, [count, d]. */
    float[] of(int[] window, int padding) {
        float[] x = new float[(window.length - padding) * width];
        for (int t = padding; t < window.length; t++) {
            copy(window[t], x, (t - padding) * width);
        }
        return x;
    }

    /**
     * Returns the items as {@link #of(int[], int)} does, each plus the embedding of its position.
     *
     * @param positions [L, d], row 0 for the most recent item
     */
    float[] of(int[] window, int padding, float[] positions) {
        float[] x = of(window, padding);
        for (int t = padding; t < window.length; t++) {
            int position = (window.length - 1 - t) * width;
            Kernels.addScaled(1, positions, position, x, (t - padding) * width, width);
        }
        return x;
    }
}
