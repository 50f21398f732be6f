package duet.jobs.policy;

import java.io.Serializable;

/** A factory makes the policy of one subtask, on the machine where the subtask runs. */
@FunctionalInterface
public interface GenerationPolicyFactory extends Serializable {
    /**
     * Makes a policy of its own for the caller.
     *
     * @param subtask index of the subtask, from 0
     */
    GenerationPolicy create(int subtask);
}
