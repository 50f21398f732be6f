package duet.jobs;

import duet.model.serving.BundleProbe;
import duet.model.serving.ServedGenerator;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.ModelBundle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
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
 * What is checked before a job starts, so that a wrong setting is one clear line at once and not a job that restarts for
 * ever: brokers answer, topics exist, the bundle is whole and passes the probe that every release has to pass.
 */
public final class Preflight {
    /** Time for all answers together; with the time to connect and to close, a run says within 15 s what is wrong. */
    private static final Duration ANSWER_TIME = Duration.ofSeconds(10);

    private Preflight() {}

    /**
     * Checks brokers, topics and bundle of a job.
     *
     * @throws BrokerUnreachableException if no broker answers
     * @throws InvalidInputException if an address, a topic or the bundle is wrong
     */
    public static void check(GenerationOptions options) {
        options.bundle().ifPresent(Preflight::probe);
        brokers(options.bootstrapServers(), options.topics(), options.kafka().properties());
        TransactionLimit.check(options);
    }

    private static void probe(Path directory) {
        ModelBundle bundle = ModelBundle.open(directory);
        try (ServedGenerator generator = ServedGenerator.load(bundle)) {
            BundleProbe.check(bundle, generator);
        } catch (InvalidInputException e) {
            throw new InvalidInputException(
                    "bundle " + directory + " cannot be served: " + e.getMessage(), e);
        }
    }

    /**
     * Checks that a broker answers, that the topics exist, and that every partition of them can be used: the leader of a
     * partition that was made a moment ago may not know yet that it is one, and an idempotent producer that meets it may
     * never get its first records through.
     *
     * @param bootstrapServers host:port, several separated by commas
     * @param topics topics that must exist
     * @param clientProperties further Kafka client properties
     * @throws BrokerUnreachableException if no broker, or no leader of a partition, answers in time
     * @throws InvalidInputException if an address is malformed, topics are missing, all of which it names, or the brokers do
     *     not let the client in
     */
    public static void brokers(
            String bootstrapServers, Collection<String> topics, Map<String, ?> clientProperties) {
        long deadline = System.nanoTime() + ANSWER_TIME.toNanos();
        try (Admin admin = admin(bootstrapServers, clientProperties)) {
            requireBroker(admin, bootstrapServers, deadline);
            List<TopicPartition> partitions =
                    requireTopics(admin, bootstrapServers, topics, deadline);
            requireLeaders(admin, bootstrapServers, partitions, deadline);
        } catch (AuthenticationException | AuthorizationException e) {
            throw new InvalidInputException(
                    bootstrapServers + " refuses this client: " + reason(e), e);
        }
    }

    private static int millisUntil(long deadline) {
        return (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
    }

    private static Admin admin(String bootstrapServers, Map<String, ?> clientProperties) {
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
            // What else fails here is one of the properties' files: a key store, a password of it.
            throw e.getCause() instanceof ConfigException wrong
                    ? configuration(bootstrapServers, wrong)
                    : new InvalidInputException(
                            "no Kafka client for " + bootstrapServers + ": " + reason(e), e);
        }
    }

    private static RuntimeException configuration(String bootstrapServers, ConfigException wrong) {
        // Kafka reports a host that no name service knows as a configuration error.
        return wrong.getMessage().startsWith("No resolvable bootstrap urls")
                ? new BrokerUnreachableException(
                        "no host of " + bootstrapServers + " can be resolved", wrong)
                : new InvalidInputException(wrong.getMessage(), wrong);
    }

    private static void requireBroker(Admin admin, String bootstrapServers, long deadline) {
        DescribeClusterOptions inTime =
                new DescribeClusterOptions().timeoutMs(millisUntil(deadline));
        try {
            await(admin.describeCluster(inTime).clusterId());
        } catch (TimeoutException e) {
            throw new BrokerUnreachableException(
                    "no Kafka broker answers at "
                            + bootstrapServers
                            + " within "
                            + ANSWER_TIME.toSeconds()
                            + " s",
                    e);
        }
    }

    private static List<TopicPartition> requireTopics(
            Admin admin, String bootstrapServers, Collection<String> topics, long deadline) {
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

    private static void requireLeaders(
            Admin admin, String bootstrapServers, List<TopicPartition> partitions, long deadline) {
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
                                "no leader of partition %d of topic %s answers at %s within %d s",
                                partition.partition(),
                                partition.topic(),
                                bootstrapServers,
                                ANSWER_TIME.toSeconds()),
                        e);
            }
        }
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
