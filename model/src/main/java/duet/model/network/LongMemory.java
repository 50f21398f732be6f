package duet.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;

/**
 * Computes the long-term part of the distribution embedding: for each of K time scales the sum of a
 * history's interactions, weighted by {@code decay^p} with p = 0 for the newest, over the square
 * root of all weights: the mean, larger the more stands behind it, so that little evidence says
 * little. It takes one product for all scales and no recurrence; a history without interactions
 * gives zeros.
 */
public final class LongMemory {
    /**
     * A sum of weights counts as at least this, so that what nothing stands behind stays zero; it
     * is far below any weight that counts.
     */
    public static final float NOTHING = Float.MIN_NORMAL;

    private LongMemory() {}

    /**
     * Returns the summaries of all time scales side by side, in the order of the decays.
     *
     * @param embedded interactions [batch, length, w], the newest last
     * @param mask [batch, length], 0 for padding
     * @return [batch, K w]
     */
    static NDArray summaries(NDArray embedded, NDArray mask, List<Double> decays) {
        long batch = mask.getShape().get(0);
        int length = Math.toIntExact(mask.getShape().get(1));
        NDArray weights =
                mask.getManager()
                        .create(weights(decays, length), new Shape(1, decays.size(), length))
                        .mul(mask.expandDims(1)); // [batch, K, length]
        NDArray shares = weights.div(weights.sum(new int[] {2}, true).maximum(NOTHING).sqrt());
        return shares.matMul(embedded).reshape(batch, -1);
    }

    /**
     * Returns {@code decay^p}, row by row for each decay, by column of a history of that length:
     * the last column is p = 0.
     */
    public static float[] weights(List<Double> decays, int length) {
        float[] weights = new float[decays.size() * length];
        for (int k = 0; k < decays.size(); k++) {
            for (int column = 0; column < length; column++) {
                weights[k * length + column] = (float) Math.pow(decays.get(k), length - 1 - column);
            }
        }
        return weights;
    }
}
