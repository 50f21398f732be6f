package duet.cluster;

import java.nio.file.Path;
import java.util.Optional;

/** Finds the checkout that the launcher started this process from. */
public final class Checkout {

    /** The launcher sets this property to the root of the checkout. */
    private static final String HOME = "duet.home";

    private Checkout() {}

    /** Returns its root, or empty where the launcher did not start this process. */
    public static Optional<Path> root() {
        return Optional.ofNullable(System.getProperty(HOME)).map(Path::of);
    }
}
