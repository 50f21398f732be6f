package duet.jobs.policy;

import java.util.SplittableRandom;

/**
 * This policy answers at most a share of all windows, whichever they are. It spends the same {@link
 * Budget} as {@link BudgetPolicy} at the same pace, and choosing by drift is measured against it.
 */
public final class RandomPolicy implements GenerationPolicy {
    private final Budget budget;
    private final long minIntervalMillis;
    private final SplittableRandom random;

    /**
     * @param share most deltas for each window, above 0, at most 1
     * @param minIntervalMillis least time between two deltas of a device, milliseconds
     * @param seed of the choice
     */
    public RandomPolicy(double share, long minIntervalMillis, long seed) {
        this.budget = new Budget(share);
        this.minIntervalMillis = minIntervalMillis;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public boolean sends(Candidate candidate) {
        budget.pay(candidate.windows());
        boolean sends =
                candidate.millisSinceSent() >= minIntervalMillis
                        && budget.covers()
                        && random.nextDouble() < budget.rate(candidate.windows());
        if (sends) {
            budget.spend();
        }
        return sends;
    }
}
