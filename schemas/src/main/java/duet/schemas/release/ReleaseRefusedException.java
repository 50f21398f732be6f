package duet.schemas.release;

/** Says that a release must not be served, for a reason that trying again would not change. */
public final class ReleaseRefusedException extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean tellsOfAnswer;

    /**
     * Makes a refusal without a cause.
     *
     * @param message one line that names what is wrong
     */
    public ReleaseRefusedException(String message) {
        super(message);
        this.tellsOfAnswer = false;
    }

    /**
     * Makes a refusal with the failure that led to it.
     *
     * @param message one line that names what is wrong
     */
    public ReleaseRefusedException(String message, Throwable cause) {
        super(message, cause);
        this.tellsOfAnswer = false;
    }

    private ReleaseRefusedException(String message, boolean tellsOfAnswer) {
        super(message);
        this.tellsOfAnswer = tellsOfAnswer;
    }

    /** Makes a refusal whose message tells what was found at the address of the release. */
    static ReleaseRefusedException ofAnswer(String message) {
        return new ReleaseRefusedException(message, true);
    }

    /**
     * Returns whether the message tells what was found at the address of the release. Whoever made
     * the release must not learn it: he may not be allowed to ask there himself.
     */
    public boolean tellsOfAnswer() {
        return tellsOfAnswer;
    }
}
