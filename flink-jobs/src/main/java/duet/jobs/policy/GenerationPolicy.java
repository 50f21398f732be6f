package duet.jobs.policy;

/**
 * A policy decides whether a device that sent windows gets a delta for them. It is asked once for
 * each device of a batch, in the order the deltas would leave, and may keep accounts of what it
 * answered. It is not thread-safe: each subtask has its own.
 */
@FunctionalInterface
public interface GenerationPolicy {
    /**
     * Returns whether the delta is sent. One that is not is gone: its windows count as gated, the
     * history keeps what they held.
     */
    boolean sends(Candidate candidate);

    /**
     * Returns whether every candidate is sent, so that nothing has to be remembered or compared for
     * this policy.
     */
    default boolean answersAll() {
        return false;
    }
}
