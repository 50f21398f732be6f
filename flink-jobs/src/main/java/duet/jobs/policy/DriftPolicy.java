package duet.jobs.policy;

import java.util.Locale;

/** This policy answers a device that its delta would move far enough from what it holds. */
public final class DriftPolicy implements GenerationPolicy {
    private final double threshold;
    private final long minIntervalMillis;

    /**
     * @param threshold drift from which a delta is sent, 0 to 2; 0 sends every one
     * @param minIntervalMillis least time between two deltas of a device, milliseconds
     */
    public DriftPolicy(double threshold, long minIntervalMillis) {
        if (!(threshold >= 0 && threshold <= SentDelta.MOST_DRIFT) || minIntervalMillis < 0) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "a drift threshold of %s and an interval of %,d ms",
                            threshold,
                            minIntervalMillis));
        }
        this.threshold = threshold;
        this.minIntervalMillis = minIntervalMillis;
    }

    @Override
    public boolean sends(Candidate candidate) {
        return candidate.drift() >= threshold && candidate.millisSinceSent() >= minIntervalMillis;
    }
}
