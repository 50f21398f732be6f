package duet.simulator.fleet;

import org.jspecify.annotations.Nullable;

/** Says that a fleet could not go on; the message says in one line what failed. */
public final class FleetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public FleetException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
