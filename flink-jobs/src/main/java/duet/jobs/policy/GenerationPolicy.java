package duet.jobs.policy;

/**
 * Decides whether a device that sent windows gets a delta for them. It is asked once for each
 * device of a batch, in the order the deltas would leave, and may keep accounts of what it
 * answered. Not thread-safe: each subtask has its own.
 */
@FunctionalInterface
public interface GenerationPolicy {
    /**
     * Whether the delta is sent. One that is not is gone: its windows count as gated, the history
     * keeps what they held.
     */
    boolean sends(Candidate candidate);

    /**
     * Whether every candidate is sent, so that nothing has to be remembered or compared for this
     * policy.
     */
    default boolean answersAll() {
        return false;
    }
}
