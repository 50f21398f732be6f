package duet.device;

import duet.schemas.bundle.Dimensions;

/**
 * Turns items into vectors, which are their embeddings times √d. Padding has no place in what it
 * makes.
 */
final class SequenceEmbedding {
    private final int width;
    private final float scale;
    private final float[] items;

    /**
     * Makes an embedding of this array, which it takes over.
     *
     * @param items [V + 1, d]
     */
    SequenceEmbedding(Dimensions dimensions, float[] items) {
        this.width = dimensions.width();
        this.scale = (float) Math.sqrt(width);
        this.items = items;
    }

    /** Copies the vector of an item to {@code x}. */
    void copy(int item, float[] x, int at) {
        for (int i = 0; i < width; i++) {
            x[at + i] = items[item * width + i] * scale;
        }
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
