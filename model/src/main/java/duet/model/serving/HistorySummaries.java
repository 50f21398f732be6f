package duet.model.serving;

import duet.model.network.GeneratorInput;
import duet.model.network.LongMemory;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Tensor;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Computes what {@link LongMemory} gives of histories of items, summed up where the item table
 * lies. As ONNX operators the same would copy every history's embeddings together first, 51 kB of a
 * device with 200 interactions, which costs more than the rest of the generator. An object of this
 * class is not thread-safe.
 */
final class HistorySummaries {
    /** So many interactions are added in one pass over a sum. */
    private static final int STEP = 4;

    /**
     * Older interactions may have this share of a sum's weights together and be left out: a
     * thirtieth of a float32's step.
     */
    private static final double NEGLIGIBLE = 0x1p-29;

    private final ItemIndex items;
    private final int limit;
    private final int width;
    private final float[][] table;

    /**
     * Holds the weights by step, then time scale, then interaction; the last step ends with the
     * newest interaction.
     */
    private final float[] weights;

    /**
     * Holds, by time scale, then number of interactions, one over the square root of their weights.
     */
    private final float[] shares;

    /**
     * Holds, by time scale, the step before which weights are too small to show in a float32 sum.
     */
    private final int[] firstSteps;

    private final float[][] sums;

    /** Holds the embeddings that are read of a history, newest last, padding first. */
    private final float[][] newest;

    HistorySummaries(ItemIndex items, Map<String, Tensor> tensors, Dimensions dimensions) {
        this.items = items;
        this.limit = GeneratorInput.limit(dimensions);
        this.width = dimensions.generatorItemWidth();
        this.table = table(tensors, dimensions.items() + 1, width);
        int steps = (limit + STEP - 1) / STEP;
        List<Double> decays = dimensions.memoryDecays();
        this.newest = new float[steps * STEP][];
        this.sums = new float[decays.size()][width];
        this.weights = new float[newest.length * decays.size()];
        this.shares = new float[decays.size() * (limit + 1)];
        this.firstSteps = new int[decays.size()];
        float[] byScale = LongMemory.weights(decays, newest.length);
        for (int k = 0; k < sums.length; k++) {
            firstSteps[k] = firstStep(decays.get(k), newest.length);
            double total = 0;
            for (int age = 0; age < newest.length; age++) {
                int place = newest.length - 1 - age;
                float weight = byScale[k * newest.length + place];
                weights[(place / STEP * sums.length + k) * STEP + place % STEP] = weight;
                total += weight;
                if (age < limit) {
                    shares[k * (limit + 1) + age + 1] = (float) (1 / Math.sqrt(total));
                }
            }
        }
    }

    private static int firstStep(double decay, int places) {
        double visible = decay < 1 ? Math.log(NEGLIGIBLE) / Math.log(decay) : places;
        return (int) Math.max(0, (places - visible) / STEP);
    }

    /**
     * Returns rows of their own, which the compiler vectorizes loops over; that of padding is zero.
     */
    private static float[][] table(Map<String, Tensor> tensors, int rows, int width) {
        float[] values =
                ModelBundle.require(tensors, "generator.item.embedding", rows, width).values();
        float[][] table = new float[rows][];
        table[0] = new float[width];
        for (int row = 1; row < rows; row++) {
            table[row] = Arrays.copyOfRange(values, row * width, (row + 1) * width);
        }
        return table;
    }

    /** Returns how many numbers a history's summaries are: K d_c. */
    int size() {
        return sums.length * width;
    }

    /**
     * Appends the summaries of a history, one time scale after the other; zeros without a known
     * item.
     *
     * @param history raw item ids, oldest first, any length: the newest known ones are used, as
     *     many as the generator reads
     * @return how many interactions were used
     */
    int summarise(long[] history, FloatBuffer summaries) {
        int used = lookUp(history);
        int first = (newest.length - used) / STEP;
        for (float[] sum : sums) {
            Arrays.fill(sum, 0);
        }
        for (int step = first; step * STEP < newest.length; step++) {
            add(step);
        }
        for (int k = 0; k < sums.length; k++) {
            scale(sums[k], shares[k * (limit + 1) + used]);
            summaries.put(sums[k]);
        }
        return used;
    }

    /** Finds the embeddings to read, with padding before them up to a whole step. */
    private int lookUp(long[] history) {
        int end = newest.length;
        int last = end - limit;
        int at = end;
        for (int i = history.length - 1; i >= 0 && at > last; i--) {
            int index = items.indexOf(history[i]);
            if (index != 0) {
                newest[--at] = table[index];
            }
        }
        for (int place = at - at % STEP; place < at; place++) {
            newest[place] = table[0];
        }
        return end - at;
    }

    private void add(int step) {
        int at = step * STEP;
        for (int k = 0; k < sums.length; k++) {
            if (step >= firstSteps[k]) {
                int w = (step * sums.length + k) * STEP;
                add(
                        sums[k],
                        newest[at],
                        weights[w],
                        newest[at + 1],
                        weights[w + 1],
                        newest[at + 2],
                        weights[w + 2],
                        newest[at + 3],
                        weights[w + 3]);
            }
        }
    }

    /**
     * Adds {@code sum += a wa + b wb + c wc + d wd}: longer than that, the compiler no longer
     * vectorizes it.
     */
    private static void add(
            float[] sum,
            float[] a,
            float wa,
            float[] b,
            float wb,
            float[] c,
            float wc,
            float[] d,
            float wd) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += a[i] * wa + b[i] * wb + c[i] * wc + d[i] * wd;
        }
    }

    private static void scale(float[] sum, float factor) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] *= factor;
        }
    }
}
