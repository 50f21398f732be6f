package duet.jobs.policy;

/**
 * A delta that could be sent.
 *
 * @param drift cosine distance of the device's distribution embedding from the one its last delta was made from, 0 to 2;
 *     NaN: nothing was sent yet for this model version
 * @param millisSinceSent milliseconds since the last delta, not negative; {@link Long#MAX_VALUE}: never
 * @param windows windows in hand that the delta would answer, at least 1
 */
public record Candidate(double drift, long millisSinceSent, int windows) {
    public Candidate {
        if (drift < 0 || drift > 2 || millisSinceSent < 0 || windows < 1) {
            throw new IllegalArgumentException(
                    "a delta of drift %s, %,d ms after the last one, for %,d windows"
                            .formatted(drift, millisSinceSent, windows));
        }
    }

    /** Whether the device has no delta for its model version. */
    public boolean isFirst() {
        return Double.isNaN(drift);
    }
}
