package duet.device;

/**
 * The weights of all dynamic layers, the global ones or a device's own; each [d + 1, d], the last row is the bias.
 * Immutable: the arrays are never written after construction.
 */
final class DynamicLayers {
    private final float[][] layers;
    private final int width;

    /** Takes the arrays over. */
    DynamicLayers(float[][] layers, int width) {
        this.layers = layers;
        this.width = width;
    }

    /** Number of layers, N. */
    int count() {
        return layers.length;
    }

    /** Layer {@code n}, counted from 1; a copy. */
    float[] copyOf(int n) {
        return layers[n - 1].clone();
    }

    /**
     * These weights plus a delta, or null if a sum is not finite.
     *
     * @param deltas one array of (d + 1) d values per layer; overwritten and kept
     */
    DynamicLayers plus(float[][] deltas) {
        for (int n = 0; n < layers.length; n++) {
            float[] base = layers[n];
            float[] sum = deltas[n];
            for (int i = 0; i < sum.length; i++) {
                sum[i] += base[i];
                if (!Float.isFinite(sum[i])) {
                    return null;
                }
            }
        }
        return new DynamicLayers(deltas, width);
    }

    /** {@code x_0 = u, x_n = tanh(x_{n-1}·W_n + c_n)} without tanh after the last layer: the vector items are held against. */
    float[] forward(float[] userState) {
        float[] x = userState;
        for (int n = 0; n < layers.length; n++) {
            float[] y = new float[width];
            System.arraycopy(layers[n], width * width, y, 0, width);
            Kernels.addProduct(x, 0, width, layers[n], y, 0, width);
            if (n < layers.length - 1) {
                Kernels.tanh(y);
            }
            x = y;
        }
        return x;
    }
}
