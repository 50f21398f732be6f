package duet.jobs.policy;

import java.util.SplittableRandom;

/**
 * This policy answers at most a share of all windows, those with the largest drift. The threshold
 * follows the drift of late and what is left of the {@link Budget}; of equal drift a random part is
 * chosen. What has not drifted at all is not answered.
 */
public final class BudgetPolicy implements GenerationPolicy {
    private final Budget budget;
    private final long minIntervalMillis;
    private final SplittableRandom random;
    private final DriftDistribution distribution = new DriftDistribution();

    /**
     * @param share most deltas for each window, above 0, at most 1
     * @param minIntervalMillis least time between two deltas of a device, milliseconds
     * @param seed of the choice among equals
     */
    public BudgetPolicy(double share, long minIntervalMillis, long seed) {
        this.budget = new Budget(share);
        this.minIntervalMillis = minIntervalMillis;
        this.random = new SplittableRandom(seed);
    }

    @Override
    public boolean sends(Candidate candidate) {
        budget.pay(candidate.windows());
        if (candidate.drift() == 0 || candidate.millisSinceSent() < minIntervalMillis) {
            return false;
        }
        distribution.add(candidate.drift());
        double chance = distribution.chance(candidate.drift(), budget.rate(candidate.windows()));
        boolean sends = budget.covers() && random.nextDouble() < chance;
        if (sends) {
            budget.spend();
        }
        return sends;
    }
}
