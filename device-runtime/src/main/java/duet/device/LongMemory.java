package duet.device;

import duet.schemas.bundle.Dimensions;
import java.util.List;

/**
 * A long memory on the device is the sum of item embeddings over the newest H interactions, each
 * weighted by {@code decay^p} with p = 0 for the newest, over the square root of all weights, at K
 * time scales, times a matrix. What it gives is added to the user state. It is immutable and
 * thread-safe.
 */
final class LongMemory {
    private final int width;
    private final int scales;
    private final ItemTable items;
    private final float[] weightByAge; // [H, K]
    private final float[] weight;
    private final float[] bias;

    LongMemory(Dimensions dimensions, ItemTable items, TensorReader tensors) {
        List<Double> decays = dimensions.deviceMemoryDecays();
        this.width = dimensions.width();
        this.scales = decays.size();
        this.items = items;
        this.weightByAge = new float[dimensions.history() * scales];
        for (int i = 0; i < weightByAge.length; i++) {
            weightByAge[i] = (float) Math.pow(decays.get(i % scales), i / scales);
        }
        this.weight = tensors.take("memory.weight", scales * width, width);
        this.bias = tensors.take("memory.bias", width);
    }

    /**
     * Returns what the history adds to the user state [d].
     *
     * @param history item indices, oldest first, padded with 0 on the left
     */
    float[] of(int[] history) {
        float[] summaries = new float[scales * width];
        float[] totals = new float[scales];
        for (int t = history.length - 1, at = 0; t >= 0 && history[t] != 0; t--, at += scales) {
            for (int k = 0; k < scales; k++) {
                float share = weightByAge[at + k];
                totals[k] += share;
                items.addScaled(share, history[t], summaries, k * width);
            }
        }
        for (int i = 0; i < summaries.length && totals[0] > 0; i++) {
            summaries[i] /= (float) Math.sqrt(totals[i / width]);
        }
        float[] remembered = bias.clone();
        Kernels.addProduct(summaries, 0, summaries.length, weight, remembered, 0, width);
        return remembered;
    }
}
