package duet.jobs.generation;

import java.io.Serializable;

/** A factory makes the generator of one subtask, on the machine where the subtask runs. */
@FunctionalInterface
public interface DeltaGeneratorFactory extends Serializable {
    /**
     * Makes a generator of its own for the caller, who closes it.
     *
     * @throws duet.schemas.InvalidInputException if the model cannot be used; trying again would
     *     not help
     */
    DeltaGenerator create();
}
