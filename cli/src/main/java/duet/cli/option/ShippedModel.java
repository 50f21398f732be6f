package duet.cli.option;

import duet.schemas.InvalidInputException;
import java.nio.file.Path;

/**
 * Finds the model that comes with the repository, made by {@code duet train} on the synthetic
 * catalogue.
 */
public final class ShippedModel {

    /** The launcher sets this property to the root of the checkout. */
    private static final String HOME = "duet.home";

    private ShippedModel() {}

    /**
     * Returns the bundle's directory.
     *
     * @throws InvalidInputException where Duet was not started by its launcher and so does not know
     *     where it is
     */
    public static Path directory() {
        String home = System.getProperty(HOME);
        if (home == null) {
            throw new InvalidInputException(
                    "the model that comes with Duet is found by the duet script only; name one with"
                            + " --bundle");
        }
        return Path.of(home, "models", "demo");
    }
}
