package duet.schemas.serde;

import duet.schemas.OneLine;

/**
 * Says that bytes from outside are not a record that can be read; the message says in one line what
 * is wrong with them, whatever they hold.
 */
public final class MalformedRecordException extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedRecordException(String message) {
        super(OneLine.of(message));
    }

    public MalformedRecordException(String message, Throwable cause) {
        super(OneLine.of(message), cause);
    }
}
