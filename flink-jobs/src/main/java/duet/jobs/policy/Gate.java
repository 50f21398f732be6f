package duet.jobs.policy;

import duet.jobs.generation.UnusableDeltaException;
import org.jspecify.annotations.Nullable;

/**
 * The gate puts what a device was sent last beside what it could be sent now, and lets the policy
 * decide. It is not thread-safe.
 */
public final class Gate {
    private final GenerationPolicy policy;

    /**
     * A decision says what is to be done.
     *
     * @param sends whether the delta is sent
     * @param drift drift from what the device holds
     * @param after what to remember if it is sent
     */
    public record Decision(boolean sends, double drift, SentDelta after) {}

    public Gate(GenerationPolicy policy) {
        this.policy = policy;
    }

    /** Returns whether everything is sent: there is nothing to decide or to remember then. */
    public boolean isOpen() {
        return policy.answersAll();
    }

    /**
     * Decides on a device's delta.
     *
     * @param before what was remembered of the delta sent last; null: none was sent
     * @param modelVersion version that the delta is for
     * @param embedding distribution embedding it was made from, weighed as the delta is
     * @param windows windows it would answer, at least 1
     * @param nowMillis milliseconds since the epoch, not negative
     * @throws UnusableDeltaException if the embedding holds a number that is not finite
     */
    public Decision decide(
            @Nullable SentDelta before,
            String modelVersion,
            float[] embedding,
            int windows,
            long nowMillis)
            throws UnusableDeltaException {
        for (float number : embedding) {
            if (!Float.isFinite(number)) {
                throw new UnusableDeltaException(
                        "model "
                                + modelVersion
                                + " makes a distribution embedding with the number "
                                + number);
            }
        }
        SentDelta after = SentDelta.of(modelVersion, embedding, nowMillis);
        double drift = after.driftFrom(before);
        // After a failover the time may be another machine's.
        long since =
                before == null || !after.isFor(before)
                        ? Long.MAX_VALUE
                        : Math.max(0, nowMillis - before.sentAtMillis());
        return new Decision(policy.sends(new Candidate(drift, since, windows)), drift, after);
    }
}
