package duet.jobs.policy;

import java.util.Locale;

/**
 * A candidate is a delta that could be sent.
 *
 * @param drift how far it is from what the device holds, 0 to 2, as {@link SentDelta#driftFrom}
 *     measures it; 0: the device has this delta, or would keep the global model with it
 * @param millisSinceSent milliseconds since the last delta, not negative; {@link Long#MAX_VALUE}:
 *     there is none for this model version
 * @param windows windows in hand that the delta would answer, at least 1
 */
public record Candidate(double drift, long millisSinceSent, int windows) {
    public Candidate {
        if (!(drift >= 0 && drift <= SentDelta.MOST_DRIFT) || millisSinceSent < 0 || windows < 1) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "a delta of drift %s, %,d ms after the last one, for %,d windows",
                            drift,
                            millisSinceSent,
                            windows));
        }
    }
}
