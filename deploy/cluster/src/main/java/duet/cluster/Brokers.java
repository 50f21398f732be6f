package duet.cluster;

import duet.operations.broker.KafkaClients;
import duet.operations.topics.DuetTopics;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.errors.TopicExistsException;

/** Asks the Kafka brokers of a cluster how they are, and gives them their topics. */
public final class Brokers {
    private static final int TOPIC_SECONDS = 120;

    private final String bootstrapServers;

    Brokers(String bootstrapServers) {
        this.bootstrapServers = bootstrapServers;
    }

    /** Returns whether all brokers take part and answer. */
    public boolean answer() {
        try (Admin admin = admin()) {
            return admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).size()
                    == ClusterShape.BROKERS;
        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /**
     * Returns whether every copy of every partition is up to date, so that the cluster can do
     * without any one broker.
     */
    public boolean inSync() {
        try (Admin admin = admin()) {
            Set<String> topics =
                    admin.listTopics(new ListTopicsOptions().listInternal(true))
                            .names()
                            .get(5, TimeUnit.SECONDS);
            return admin
                    .describeTopics(topics)
                    .allTopicNames()
                    .get(5, TimeUnit.SECONDS)
                    .values()
                    .stream()
                    .flatMap(topic -> topic.partitions().stream())
                    .allMatch(partition -> partition.isr().size() == partition.replicas().size());
        } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Returns a client for Kafka's administration, which the caller closes. */
    public Admin admin() {
        return KafkaClients.admin(
                Map.of(
                        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                        5_000,
                        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        (int) TimeUnit.SECONDS.toMillis(TOPIC_SECONDS)));
    }

    /**
     * Creates the topics that are not there yet.
     *
     * @throws IllegalStateException if the brokers refuse or do not answer in time
     */
    void createTopics() {
        List<NewTopic> topics =
                DuetTopics.all(ClusterShape.PARTITIONS).stream()
                        .map(
                                topic ->
                                        new NewTopic(
                                                        topic.name(),
                                                        topic.numPartitions(),
                                                        (short) ClusterShape.BROKERS)
                                                .configs(topic.configs()))
                        .toList();
        try (Admin admin = admin()) {
            for (var created : admin.createTopics(topics).values().entrySet()) {
                try {
                    created.getValue().get(TOPIC_SECONDS, TimeUnit.SECONDS);
                } catch (ExecutionException e) {
                    if (!(e.getCause() instanceof TopicExistsException)) {
                        throw new IllegalStateException(
                                "cannot create topic "
                                        + created.getKey()
                                        + ": "
                                        + e.getCause().getMessage(),
                                e.getCause());
                    }
                } catch (java.util.concurrent.TimeoutException e) {
                    throw new IllegalStateException(
                            "topic "
                                    + created.getKey()
                                    + " was not created within "
                                    + TOPIC_SECONDS
                                    + " s",
                            e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while topics were created", e);
        }
    }
}
