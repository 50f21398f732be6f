package duet.jobs.policy;

/**
 * The distribution says how large drift has been of late: a histogram over bins that are 7 % wide,
 * in which a value counts half as much after 1,400 newer ones. It takes constant memory, 1.6 kB.
 */
final class DriftDistribution {
    private static final int BINS = 192;
    private static final double LEAST = 1e-5;
    private static final double MOST = 2;
    private static final double BINS_PER_LOG = (BINS - 1) / Math.log(MOST / LEAST);

    /** After this many newer values, a value has lost all but 1/e of its weight. */
    private static final double MEMORY = 2_000;

    private static final double LARGEST_WEIGHT = 1e100;

    private final double[] bins = new double[BINS];
    private double total;
    private double weight = 1;

    /** Takes a drift in, 0 to 2. */
    void add(double drift) {
        // Growing new weights is the same as shrinking all old ones.
        weight *= 1 + 1 / MEMORY;
        if (weight > LARGEST_WEIGHT) {
            for (int i = 0; i < BINS; i++) {
                bins[i] /= weight;
            }
            total /= weight;
            weight = 1;
        }
        bins[bin(drift)] += weight;
        total += weight;
    }

    /**
     * Returns how probably this drift is to be chosen where the share of all that has the largest
     * drift is chosen: 1 or 0, but for those equal to the smallest one chosen, of which as many are
     * as fill the share.
     *
     * @param drift one that was taken in
     * @param share 0 to 1
     */
    double chance(double drift, double share) {
        int bin = bin(drift);
        double larger = 0;
        for (int i = bin + 1; i < BINS; i++) {
            larger += bins[i];
        }
        return Math.max(0, Math.min(1, (share * total - larger) / bins[bin]));
    }

    private static int bin(double drift) {
        return drift <= LEAST
                ? 0
                : Math.min(BINS - 1, (int) (1 + Math.log(drift / LEAST) * BINS_PER_LOG));
    }
}
