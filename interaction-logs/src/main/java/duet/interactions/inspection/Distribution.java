package duet.interactions.inspection;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Tells how counts are spread, such as the interactions of each user: nearest-rank percentiles and
 * a histogram whose buckets double.
 *
 * @param count how many were counted
 * @param mean 0 where there are none
 * @param min the smallest
 * @param p50 half are at most this
 * @param p90 nine tenths are at most this
 * @param p99 99 of 100 are at most this
 * @param max the largest
 * @param histogram from the bucket of the smallest to that of the largest
 */
public record Distribution(
        int count,
        double mean,
        int min,
        int p50,
        int p90,
        int p99,
        int max,
        List<Bucket> histogram) {

    /**
     * Counts what lies between two bounds.
     *
     * @param from smallest that belongs to it
     * @param to largest that belongs to it
     * @param count how many do
     */
    public record Bucket(int from, int to, int count) {}

    /** Returns the distribution of these counts, each 0 or more; they keep their order. */
    static Distribution of(int[] counts) {
        int[] sorted = counts.clone();
        Arrays.sort(sorted);
        return new Distribution(
                sorted.length,
                Arrays.stream(sorted).average().orElse(0),
                percentile(sorted, 0),
                percentile(sorted, 50),
                percentile(sorted, 90),
                percentile(sorted, 99),
                percentile(sorted, 100),
                histogram(sorted));
    }

    private static int percentile(int[] sorted, int percent) {
        if (sorted.length == 0) {
            return 0;
        }
        long rank = ((long) sorted.length * percent + 99) / 100;
        return sorted[(int) Math.max(0, rank - 1)];
    }

    /** Divides into 0, 1, 2 to 3, 4 to 7 and so on. */
    private static List<Bucket> histogram(int[] sorted) {
        List<Bucket> buckets = new ArrayList<>();
        int at = 0;
        while (at < sorted.length) {
            int from = Integer.highestOneBit(sorted[at]);
            int to = from == 0 ? 0 : from - 1 + from;
            if (!buckets.isEmpty()) {
                fill(buckets, from);
            }
            int end = at;
            while (end < sorted.length && sorted[end] <= to) {
                end++;
            }
            buckets.add(new Bucket(from, to, end - at));
            at = end;
        }
        return List.copyOf(buckets);
    }

    /** Adds the empty buckets below that one, so that the histogram has no gaps. */
    private static void fill(List<Bucket> buckets, int below) {
        for (int next = buckets.get(buckets.size() - 1).to() + 1; next < below; ) {
            int to = next - 1 + next;
            buckets.add(new Bucket(next, to, 0));
            next = to + 1;
        }
    }
}
