package duet.jobs;

/** No Kafka broker answers at the given address; a failure at run time, not a wrong setting. */
public final class BrokerUnreachableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokerUnreachableException(String message, Throwable cause) {
        super(message, cause);
    }
}
