package duet.schemas.evaluation;

/** Reports a score that is not a number: nothing can be ranked by it. */
public final class NotANumberException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    NotANumberException(String message) {
        super(message);
    }
}
