package duet.simulator.fleet;

import duet.schemas.InvalidInputException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** Asks a cluster for the topics of a fleet before anything is sent, so that a wrong address is an error and not a wait. */
final class BrokerCheck {
    private BrokerCheck() {}

    /**
     * Returns when all topics are there.
     *
     * @throws BrokerUnreachableException if no broker answers in time
     * @throws InvalidInputException if a topic does not exist, a client property is wrong, or the brokers do not let the
     *     client in
     */
    static void check(FleetOptions options) {
        Map<String, Object> properties = new HashMap<>(options.kafka());
        int millis = (int) options.brokerTimeout().toMillis();
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, millis);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, millis);
        Admin admin = null;
        try {
            admin = Admin.create(properties);
            var topics =
                    List.of(
                            options.windowsTopic(),
                            options.deltasTopic(),
                            options.deadLettersTopic(),
                            options.modelsTopic());
            var found = admin.describeTopics(topics).topicNameValues();
            long deadline = System.nanoTime() + options.brokerTimeout().toNanos();
            for (String topic : topics) {
                await(options, topic, found.get(topic), deadline);
            }
        } catch (KafkaException e) {
            throw wrongProperties(options, e);
        } finally {
            if (admin != null) {
                admin.close(Duration.ZERO);
            }
        }
    }

    private static void await(
            FleetOptions options, String topic, KafkaFuture<?> description, long deadline) {
        try {
            description.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
                throw new InvalidInputException(
                        "topic " + topic + " does not exist at " + options.bootstrapServers(), e);
            }
            if (e.getCause() instanceof TopicAuthorizationException) {
                throw new InvalidInputException(
                        options.bootstrapServers() + " refuses this client topic " + topic, e);
            }
            if (e.getCause() instanceof AuthenticationException refusal) {
                throw new InvalidInputException(
                        options.bootstrapServers() + " refuses this client: " + reason(refusal), e);
            }
            throw unreachable(options, e.getCause());
        } catch (TimeoutException e) {
            throw unreachable(options, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable(options, e);
        }
    }

    /** Kafka names the property, but not the address in it. */
    private static InvalidInputException wrongProperties(FleetOptions options, KafkaException e) {
        return new InvalidInputException(
                "no Kafka client for " + options.bootstrapServers() + ": " + reason(e), e);
    }

    /** Kafka's own innermost message names the file or the step that failed, its cause says why. */
    private static String reason(KafkaException failure) {
        KafkaException innermost = failure;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof KafkaException kafka) {
                innermost = kafka;
            }
        }
        return innermost.getCause() == null
                ? innermost.getMessage()
                : innermost.getMessage() + ": " + innermost.getCause().getMessage();
    }

    private static BrokerUnreachableException unreachable(FleetOptions options, Throwable cause) {
        Duration timeout = options.brokerTimeout();
        return new BrokerUnreachableException(
                String.format(
                        Locale.ROOT,
                        "no Kafka broker at %s answered within %s s",
                        options.bootstrapServers(),
                        timeout.toMillis() / 1000.0),
                cause);
    }
}
