package duet.jobs.generation;

/**
 * The exception says that what was generated for a device cannot be sent; the device keeps the
 * weights it has.
 */
public final class UnusableDeltaException extends Exception {
    private static final long serialVersionUID = 1L;

    public UnusableDeltaException(String message) {
        super(message);
    }
}
