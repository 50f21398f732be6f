package duet.model.network;

import ai.djl.ndarray.NDArray;

/**
 * Applies inverted dropout while training, and nothing otherwise.
 *
 * @param rate share of values set to zero
 * @param training whether values are dropped at all
 */
public record Dropout(float rate, boolean training) {
    /** Keeps everything. */
    public static final Dropout NONE = new Dropout(0, false);

    public Dropout {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("dropout rate " + rate);
        }
    }

    NDArray apply(NDArray x) {
        if (!training || rate == 0) {
            return x;
        }
        return x.getNDArrayInternal().dropout(x, rate, true).singletonOrThrow();
    }
}
