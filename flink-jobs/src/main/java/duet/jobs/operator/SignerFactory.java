package duet.jobs.operator;

import duet.jobs.generation.DeltaSigning;
import java.io.Serializable;
import java.util.Optional;

/**
 * A factory makes the signer of one subtask, on the machine where the subtask runs: the key is no
 * part of the job.
 */
@FunctionalInterface
public interface SignerFactory extends Serializable {
    /**
     * Makes the signer; empty where deltas are not signed.
     *
     * @throws duet.schemas.InvalidInputException naming the key file that cannot be used
     */
    Optional<DeltaSigning> create();
}
