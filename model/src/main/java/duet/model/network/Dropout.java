package duet.model.network;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * Applies inverted dropout while training, and nothing otherwise.
 *
 * @param rate share of values set to zero
 * @param chance what the masks are drawn with; null drops nothing
 */
public record Dropout(float rate, @Nullable MersenneTwister chance) {
    /** Keeps everything. */
    public static final Dropout NONE = new Dropout(0, null);

    public Dropout {
        if (!(rate >= 0 && rate < 1)) {
            throw new IllegalArgumentException("dropout rate " + rate);
        }
    }

    NDArray apply(NDArray x) {
        if (chance == null || rate == 0) {
            return x;
        }
        double kept = 1 - (double) rate;
        float[] mask = new float[Math.toIntExact(x.size())];
        chance.fill(mask, kept, 1 / (float) kept);
        return x.mul(x.getManager().create(mask, x.getShape()));
    }
}
