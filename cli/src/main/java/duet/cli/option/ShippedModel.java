package duet.cli.option;

import duet.cluster.Checkout;
import duet.schemas.InvalidInputException;
import java.nio.file.Path;

/**
 * Finds the model that comes with the repository, made by {@code duet train} on the synthetic
 * catalogue.
 */
public final class ShippedModel {

    private ShippedModel() {}

    /**
     * Returns the bundle's directory.
     *
     * @throws InvalidInputException where Duet was not started by its launcher and so does not know
     *     where it is
     */
    public static Path directory() {
        return Checkout.root()
                .map(checkout -> checkout.resolve(Path.of("models", "demo")))
                .orElseThrow(
                        () ->
                                new InvalidInputException(
                                        "the model that comes with Duet is found by the duet"
                                                + " script only; name one with --bundle"));
    }
}
