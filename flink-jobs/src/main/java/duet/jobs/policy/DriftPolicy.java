package duet.jobs.policy;

/** Answers a device whose distribution has moved away from what its last delta was made for. */
public final class DriftPolicy implements GenerationPolicy {
    private final double threshold;
    private final long minIntervalMillis;

    /**
     * @param threshold drift from which a delta is sent, 0 to 2; 0 sends every one
     * @param minIntervalMillis least time between two deltas of a device, milliseconds
     */
    public DriftPolicy(double threshold, long minIntervalMillis) {
        if (!(threshold >= 0 && threshold <= 2) || minIntervalMillis < 0) {
            throw new IllegalArgumentException(
                    "a drift threshold of %s and an interval of %,d ms"
                            .formatted(threshold, minIntervalMillis));
        }
        this.threshold = threshold;
        this.minIntervalMillis = minIntervalMillis;
    }

    @Override
    public boolean sends(Candidate candidate) {
        return candidate.isFirst()
                || (candidate.drift() >= threshold
                        && candidate.millisSinceSent() >= minIntervalMillis);
    }
}
