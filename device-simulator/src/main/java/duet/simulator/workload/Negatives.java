package duet.simulator.workload;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.LongPredicate;

/** Draws items to rank a positive against. */
public final class Negatives {
    /** As many as the evaluation protocol ranks a positive against. */
    public static final int COUNT = 99;

    private Negatives() {}

    /**
     * Draws up to {@code count} distinct items that are not excluded, uniformly and in random order; fewer where there
     * are not so many.
     */
    static long[] draw(
            long[] catalogue, int count, LongPredicate excluded, SplittableRandom random) {
        long[] pool = catalogue.clone();
        long[] drawn = new long[Math.min(count, pool.length)];
        int found = 0;
        for (int left = pool.length; left > 0 && found < drawn.length; left--) {
            int pick = random.nextInt(left);
            long item = pool[pick];
            pool[pick] = pool[left - 1];
            if (!excluded.test(item)) {
                drawn[found++] = item;
            }
        }
        return Arrays.copyOf(drawn, found);
    }
}
