package duet.schemas;

/**
 * Says that input from a person is wrong: a file, an option, a bundle. The message is one line that
 * names the value and the place; the command line prints it and exits with 2.
 */
public final class InvalidInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidInputException(String message) {
        super(message);
    }

    public InvalidInputException(String message, Throwable cause) {
        super(message, cause);
    }
}
