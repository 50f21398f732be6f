package duet.model.training.sample;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Draws samples in an order of chance. */
public final class ShuffledOrder {
    private ShuffledOrder() {}

    /**
     * Returns the first {@code most} of {@link #of such an order}, or all where there are fewer.
     */
    public static int[] first(int most, int count, SplittableRandom random) {
        int[] order = of(count, random);
        return most < count ? Arrays.copyOf(order, most) : order;
    }

    /** Returns the numbers from 0 to {@code count - 1}, each order as likely as any other. */
    public static int[] of(int count, SplittableRandom random) {
        int[] order = IntStream.range(0, count).toArray();
        for (int i = count - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int swapped = order[i];
            order[i] = order[j];
            order[j] = swapped;
        }
        return order;
    }
}
