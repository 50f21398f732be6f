package duet.model.training.options;

import duet.schemas.InvalidInputException;

/** Refuses options that are out of range. */
final class Require {
    private Require() {}

    static void that(boolean holds, String name, Number value) {
        if (!holds) {
            throw new InvalidInputException(name + " " + value + " is out of range");
        }
    }
}
