package duet.schemas.release;

/** Says that a release must not be served, for a reason that trying again would not change. */
public final class ReleaseRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    /**
     * Makes a refusal without a cause.
     *
     * @param message one line that names what is wrong
     */
    public ReleaseRefusedException(String message) {
        super(message);
    }

    /**
     * Makes a refusal with the failure that led to it.
     *
     * @param message one line that names what is wrong
     */
    public ReleaseRefusedException(String message, Throwable cause) {
        super(message, cause);
    }
}
