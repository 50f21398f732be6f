package duet.jobs;

import duet.schemas.InvalidInputException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * What is checked before a job starts, so that a wrong setting is one clear line at once and not a job that restarts for
 * ever: brokers answer, topics exist, the bundle is whole.
 */
public final class Preflight {
    /** Time in which a broker must answer; with the time to connect and to close, a run says so within 15 s. */
    private static final Duration ANSWER_TIME = Duration.ofSeconds(6);

    private Preflight() {}

    /**
     * Checks brokers, topics and bundle of a job.
     *
     * @throws BrokerUnreachableException if no broker answers
     * @throws InvalidInputException if an address, a topic or the bundle is wrong
     */
    public static void check(GenerationOptions options) {
        options.openBundle();
        brokers(options.bootstrapServers(), options.topics(), options.kafkaProperties());
    }

    /**
     * Checks that a broker answers and that the topics exist.
     *
     * @param bootstrapServers host:port, several separated by commas
     * @param topics topics that must exist
     * @param clientProperties further Kafka client properties
     * @throws BrokerUnreachableException if no broker answers in time
     * @throws InvalidInputException if an address is malformed or topics are missing, all of which it names
     */
    public static void brokers(
            String bootstrapServers,
            Collection<String> topics,
            Map<String, String> clientProperties) {
        try (Admin admin = admin(bootstrapServers, clientProperties)) {
            requireBroker(admin, bootstrapServers);
            requireTopics(admin, bootstrapServers, topics);
        }
    }

    private static Admin admin(String bootstrapServers, Map<String, String> clientProperties) {
        Properties properties = new Properties();
        properties.putAll(clientProperties);
        properties.setProperty(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        properties.setProperty(
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, Long.toString(ANSWER_TIME.toMillis()));
        properties.setProperty(
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                Long.toString(ANSWER_TIME.toMillis()));
        try {
            return Admin.create(properties);
        } catch (ConfigException e) {
            throw configuration(bootstrapServers, e);
        } catch (KafkaException e) {
            throw e.getCause() instanceof ConfigException wrong
                    ? configuration(bootstrapServers, wrong)
                    : e;
        }
    }

    private static RuntimeException configuration(String bootstrapServers, ConfigException wrong) {
        // Kafka reports a host that no name service knows as a configuration error.
        return wrong.getMessage().startsWith("No resolvable bootstrap urls")
                ? new BrokerUnreachableException(
                        "no host of %s can be resolved".formatted(bootstrapServers), wrong)
                : new InvalidInputException(wrong.getMessage(), wrong);
    }

    private static void requireBroker(Admin admin, String bootstrapServers) {
        DescribeClusterOptions inTime =
                new DescribeClusterOptions().timeoutMs((int) ANSWER_TIME.toMillis());
        try {
            await(admin.describeCluster(inTime).clusterId());
        } catch (TimeoutException e) {
            throw new BrokerUnreachableException(
                    "no Kafka broker answers at %s within %d s"
                            .formatted(bootstrapServers, ANSWER_TIME.toSeconds()),
                    e);
        }
    }

    private static void requireTopics(
            Admin admin, String bootstrapServers, Collection<String> topics) {
        DescribeTopicsOptions inTime =
                new DescribeTopicsOptions().timeoutMs((int) ANSWER_TIME.toMillis());
        Map<String, KafkaFuture<TopicDescription>> found =
                new TreeMap<>(admin.describeTopics(topics, inTime).topicNameValues());
        List<String> missing =
                found.entrySet().stream()
                        .filter(topic -> !exists(topic.getValue()))
                        .map(Map.Entry::getKey)
                        .toList();
        if (!missing.isEmpty()) {
            throw new InvalidInputException(
                    "%s %s not exist at %s"
                            .formatted(
                                    missing.stream()
                                            .collect(
                                                    Collectors.joining(
                                                            ", ",
                                                            missing.size() == 1
                                                                    ? "topic "
                                                                    : "topics ",
                                                            "")),
                                    missing.size() == 1 ? "does" : "do",
                                    bootstrapServers));
        }
    }

    private static boolean exists(KafkaFuture<TopicDescription> topic) {
        try {
            await(topic);
            return true;
        } catch (UnknownTopicOrPartitionException | InvalidTopicException e) {
            return false;
        }
    }

    private static void await(KafkaFuture<?> answer) {
        try {
            answer.get();
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
