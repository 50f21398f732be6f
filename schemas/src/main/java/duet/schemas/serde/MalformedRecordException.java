package duet.schemas.serde;

/**
 * Says that bytes from outside are not a record that can be read; the message says in one line what
 * is wrong with them.
 */
public final class MalformedRecordException extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedRecordException(String message) {
        super(message);
    }

    public MalformedRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
