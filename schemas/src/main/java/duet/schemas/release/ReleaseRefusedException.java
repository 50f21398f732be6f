package duet.schemas.release;

/** A release that must not be served, for a reason that trying again would not change. */
public final class ReleaseRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * @param message one line that names what is wrong
     */
    public ReleaseRefusedException(String message) {
        super(message);
    }

    /**
     * @param message one line that names what is wrong
     */
    public ReleaseRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
