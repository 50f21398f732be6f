package duet.studies.experiment.run;

import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A step is a piece of work that is done once, by whichever process comes first.
 *
 * @param name of this step alone
 * @param lock what it works at; no two steps with the same one are done at the same time
 * @param title for people
 * @param needs name of the step that comes before it; empty for none
 * @param done whether its result is there
 * @param work makes the result
 */
record Step(
        String name,
        String lock,
        String title,
        Optional<String> needs,
        BooleanSupplier done,
        Runnable work) {}
