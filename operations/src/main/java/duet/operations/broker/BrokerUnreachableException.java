package duet.operations.broker;

/**
 * Says that no Kafka broker answered in time; the message names the address and the time. It is a
 * failure at run time, not a wrong setting.
 */
public final class BrokerUnreachableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BrokerUnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}
