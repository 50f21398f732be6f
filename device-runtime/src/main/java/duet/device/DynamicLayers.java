package duet.device;

import duet.schemas.delta.CorruptDeltaException;
import duet.schemas.delta.DeltaCodec;
import duet.schemas.record.LayerDelta;

/**
 * The weights of all dynamic layers, the global ones or a device's own; each [d + 1, d], the last
 * row is the bias. Immutable: the arrays are never written after construction.
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
     * Whether these weights plus deltas are weights.
     *
     * @param deltas one per layer, in the order of the layers
     * @param scratch as long as a layer; holds nothing of use afterwards
     * @throws CorruptDeltaException as {@link #plus} does
     */
    void check(LayerDelta[] deltas, float[] scratch) throws CorruptDeltaException {
        for (int n = 0; n < layers.length; n++) {
            System.arraycopy(layers[n], 0, scratch, 0, scratch.length);
            DeltaCodec.addTo(deltas[n], scratch);
        }
    }

    /**
     * These weights plus deltas. The sum is all that is held beside these weights: nothing is
     * decoded to an array of its own.
     *
     * @param deltas one per layer, in the order of the layers
     * @throws CorruptDeltaException if a delta does not hold together or fit its layer, or a sum is
     *     not finite
     */
    DynamicLayers plus(LayerDelta[] deltas) throws CorruptDeltaException {
        float[][] sums = new float[layers.length][];
        for (int n = 0; n < layers.length; n++) {
            sums[n] = layers[n].clone();
            DeltaCodec.addTo(deltas[n], sums[n]);
        }
        return new DynamicLayers(sums, width);
    }

    /**
     * {@code x_0 = u, x_n = tanh(x_{n-1}·W_n + c_n)} without tanh after the last layer: the vector
     * items are held against.
     */
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
