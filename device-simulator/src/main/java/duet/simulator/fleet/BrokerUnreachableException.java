package duet.simulator.fleet;

/** No broker answered in time; the message names the address and the time. */
public final class BrokerUnreachableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BrokerUnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}
