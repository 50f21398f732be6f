package duet.operations.broker;

import duet.schemas.InvalidInputException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Checks that brokers answer and have the topics before anything is begun with them, so that a
 * wrong address is one clear line at once: not a wait, and not a job that restarts for ever.
 */
public final class BrokerCheck {

    /**
     * This is the time for all answers together where a person waits; with the time to connect, it
     * is at most 15 s.
     */
    public static final Duration ANSWER_TIME = Duration.ofSeconds(10);

    private final String bootstrapServers;
    private final Map<String, ?> clientProperties;
    private final Duration answerTime;

    /**
     * Makes a check of these brokers.
     *
     * @param bootstrapServers host:port, several separated by commas
     * @param clientProperties further Kafka client properties
     * @param answerTime time for all answers together
     */
    public BrokerCheck(
            String bootstrapServers, Map<String, ?> clientProperties, Duration answerTime) {
        this.bootstrapServers = bootstrapServers;
        this.clientProperties = Map.copyOf(clientProperties);
        this.answerTime = answerTime;
    }

    /**
     * Checks that a broker answers, that the topics exist, and that every partition of them can be
     * used: the leader of a partition that was made a moment ago may not know yet that it is one,
     * and an idempotent producer that meets it may never get its first records through.
     *
     * @param topics topics that must exist
     * @throws BrokerUnreachableException if no broker, or no leader of a partition, answers in time
     * @throws InvalidInputException if an address is malformed, topics are missing, all of which it
     *     names, or the brokers do not let the client in
     */
    public void requireTopics(Collection<String> topics) {
        long deadline = System.nanoTime() + answerTime.toNanos();
        Admin admin = admin();
        try {
            requireBroker(admin, deadline);
            requireLeaders(admin, partitions(admin, topics, deadline), deadline);
        } catch (AuthenticationException | AuthorizationException e) {
            throw new InvalidInputException(
                    bootstrapServers + " refuses this client: " + reason(e), e);
        } finally {
            // Nothing is under way that somebody could miss.
            admin.close(Duration.ZERO);
        }
    }

    private static int millisUntil(long deadline) {
        return (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
    }

    private Admin admin() {
        String answerMillis = Long.toString(answerTime.toMillis());
        Map<String, Object> properties = new HashMap<>(clientProperties);
        properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, answerMillis);
        properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, answerMillis);
        try {
            return KafkaClients.admin(properties);
        } catch (ConfigException e) {
            throw configuration(e);
        } catch (KafkaException e) {
            // What else fails here is one of the properties' files: a key store, a password of it.
            throw e.getCause() instanceof ConfigException wrong
                    ? configuration(wrong)
                    : new InvalidInputException(
                            "no Kafka client for " + bootstrapServers + ": " + reason(e), e);
        }
    }

    private RuntimeException configuration(ConfigException wrong) {
        // Kafka reports a host that no name service knows as a configuration error.
        return wrong.getMessage().startsWith("No resolvable bootstrap urls")
                ? new BrokerUnreachableException(
                        "no host of " + bootstrapServers + " can be resolved", wrong)
                : new InvalidInputException(wrong.getMessage(), wrong);
    }

    private void requireBroker(Admin admin, long deadline) {
        DescribeClusterOptions inTime =
                new DescribeClusterOptions().timeoutMs(millisUntil(deadline));
        try {
            await(admin.describeCluster(inTime).clusterId());
        } catch (TimeoutException e) {
            throw new BrokerUnreachableException(
                    "no Kafka broker answers at "
                            + bootstrapServers
                            + " within "
                            + answerSeconds()
                            + " s",
                    e);
        }
    }

    private List<TopicPartition> partitions(Admin admin, Collection<String> topics, long deadline) {
        DescribeTopicsOptions inTime = new DescribeTopicsOptions().timeoutMs(millisUntil(deadline));
        List<TopicPartition> partitions = new ArrayList<>();
        List<String> missing = new ArrayList<>();
        new TreeMap<>(admin.describeTopics(topics, inTime).topicNameValues())
                .forEach(
                        (topic, answer) -> {
                            try {
                                await(answer)
                                        .partitions()
                                        .forEach(
                                                partition ->
                                                        partitions.add(
                                                                new TopicPartition(
                                                                        topic,
                                                                        partition.partition())));
                            } catch (UnknownTopicOrPartitionException | InvalidTopicException e) {
                                missing.add(topic);
                            } catch (TopicAuthorizationException e) {
                                throw new InvalidInputException(
                                        bootstrapServers + " refuses this client topic " + topic,
                                        e);
                            }
                        });
        if (missing.size() == 1) {
            throw new InvalidInputException(
                    "topic " + missing.get(0) + " does not exist at " + bootstrapServers);
        }
        if (!missing.isEmpty()) {
            throw new InvalidInputException(
                    "topics "
                            + String.join(", ", missing)
                            + " do not exist at "
                            + bootstrapServers);
        }
        return partitions;
    }

    private void requireLeaders(Admin admin, List<TopicPartition> partitions, long deadline) {
        Map<TopicPartition, OffsetSpec> newest = new HashMap<>();
        partitions.forEach(partition -> newest.put(partition, OffsetSpec.latest()));
        ListOffsetsOptions inTime = new ListOffsetsOptions().timeoutMs(millisUntil(deadline));
        ListOffsetsResult answers = admin.listOffsets(newest, inTime);
        for (TopicPartition partition : partitions) {
            try {
                await(answers.partitionResult(partition));
            } catch (TimeoutException e) {
                throw new BrokerUnreachableException(
                        String.format(
                                Locale.ROOT,
                                "no leader of partition %d of topic %s answers at %s within %s s",
                                partition.partition(),
                                partition.topic(),
                                bootstrapServers,
                                answerSeconds()),
                        e);
            }
        }
    }

    /**
     * Returns Kafka's own innermost message, which names the file or the step that failed, with its
     * cause, which says why.
     */
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

    /** Returns the time for all answers in seconds, with the fraction that it has. */
    private String answerSeconds() {
        return BigDecimal.valueOf(answerTime.toMillis(), 3).stripTrailingZeros().toPlainString();
    }

    private static <T> T await(KafkaFuture<T> answer) {
        try {
            return answer.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted while waiting for a broker", e);
        }
    }
}
