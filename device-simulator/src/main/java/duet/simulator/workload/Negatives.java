package duet.simulator.workload;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.function.LongPredicate;

/** Draws items to rank a positive against. */
public final class Negatives {
    /** A positive is ranked against as many as the evaluation protocol takes. */
    public static final int COUNT = 99;

    private Negatives() {}

    /**
     * Draws up to {@code count} distinct items that are not excluded, uniformly and in random
     * order; fewer where there are not so many.
     */
    static long[] draw(
            long[] catalogue, int count, LongPredicate excluded, SplittableRandom random) {
        int[] places =
                places(catalogue.length, count, place -> excluded.test(catalogue[place]), random);
        return Arrays.stream(places).mapToLong(place -> catalogue[place]).toArray();
    }

    /** Draws as {@link #draw} does, of the numbers from 0 on, below {@code size}. */
    static int[] places(int size, int count, IntPredicate excluded, SplittableRandom random) {
        int[] pool = new int[size];
        for (int i = 0; i < size; i++) {
            pool[i] = i;
        }
        int[] drawn = new int[Math.min(count, size)];
        int found = 0;
        for (int left = size; left > 0 && found < drawn.length; left--) {
            int pick = random.nextInt(left);
            int place = pool[pick];
            pool[pick] = pool[left - 1];
            if (!excluded.test(place)) {
                drawn[found++] = place;
            }
        }
        return Arrays.copyOf(drawn, found);
    }
}
