package duet.operations.broker;

/**
 * No Kafka broker answered in time; the message names the address and the time. A failure at run
 * time, not a wrong setting.
 */
public final class BrokerUnreachableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BrokerUnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}
