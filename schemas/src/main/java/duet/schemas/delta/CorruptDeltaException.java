package duet.schemas.delta;

/**
 * Says that a weight delta does not hold together; a device that meets one keeps the weights it
 * has.
 */
public final class CorruptDeltaException extends Exception {
    private static final long serialVersionUID = 1L;

    public CorruptDeltaException(String message) {
        super(message);
    }
}
