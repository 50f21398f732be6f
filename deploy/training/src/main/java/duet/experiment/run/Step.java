package duet.experiment.run;

import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A piece of work that is done once, by whichever process comes first.
 *
 * @param name of its lock
 * @param title for people
 * @param needs name of the step that comes before it; empty for none
 * @param done whether its result is there
 * @param work makes the result
 */
record Step(
        String name, String title, Optional<String> needs, BooleanSupplier done, Runnable work) {}
