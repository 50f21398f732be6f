package duet.device;

import duet.schemas.delta.CorruptDeltaException;
import duet.schemas.delta.DeltaCodec;
import duet.schemas.record.LayerDelta;

/**
 * Holds the weights of all dynamic layers, the global ones or a device's own. Each layer is [d + 1,
 * d], and its last row is the bias. It is immutable: the arrays are never written after
 * construction.
 */
final class DynamicLayers {
    private final float[][] layers;
    private final int width;

    /** Makes layers of these arrays, which it takes over. */
    DynamicLayers(float[][] layers, int width) {
        this.layers = layers;
        this.width = width;
    }

    /** Returns the number of layers, N. */
    int count() {
        return layers.length;
    }

    /** Returns a copy of layer {@code n}, counted from 1. */
    float[] copyOf(int n) {
        return layers[n - 1].clone();
    }

    /**
     * Checks that these weights plus deltas are weights.
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
     * Returns these weights plus deltas. The sum is all that is held beside these weights: nothing
     * is decoded to an array of its own.
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
     * Computes {@code x_0 = u, x_n = tanh(x_{n-1}·W_n + c_n)} without tanh after the last layer:
     * the vector that items are held against.
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
