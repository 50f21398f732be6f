package duet.bench.measurement;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Makes topics and groups that are there for the measurement alone, and deletes them when it ends.
 */
public final class BenchTopics implements AutoCloseable {
    private static final long ANSWER_SECONDS = 300;

    private final Admin admin;
    private final int partitions;
    private final short replicas;
    private final String prefix;
    private final List<String> topics = new ArrayList<>();
    private final List<String> groups = new ArrayList<>();

    /**
     * Prepares the topics of a measurement.
     *
     * @param admin client of the brokers, closed along with the topics
     * @param partitions partitions of a topic of traffic
     * @param replicas brokers that hold each of them
     * @param prefix begin of all names
     */
    public BenchTopics(Admin admin, int partitions, int replicas, String prefix) {
        this.admin = admin;
        this.partitions = partitions;
        this.replicas = (short) replicas;
        this.prefix = prefix;
    }

    /** Makes a topic for traffic; the brokers write their own time into its records. */
    public String traffic(String name) {
        return create(name, partitions);
    }

    /** Makes a topic of one partition. */
    public String small(String name) {
        return create(name, 1);
    }

    private synchronized String create(String name, int number) {
        String topic = prefix + name;
        topics.add(topic);
        await(
                admin.createTopics(
                                List.of(
                                        new NewTopic(topic, number, replicas)
                                                .configs(
                                                        Map.of(
                                                                TopicConfig
                                                                        .MESSAGE_TIMESTAMP_TYPE_CONFIG,
                                                                "LogAppendTime",
                                                                TopicConfig.RETENTION_BYTES_CONFIG,
                                                                "-1"))))
                        .all(),
                "topic " + topic);
        awaitKnown(topic, number);
        return topic;
    }

    /**
     * Waits until the brokers know a topic: a controller knows it before all brokers do, and these
     * before the leaders of its partitions are; a producer that comes before could write out of
     * order.
     */
    private void awaitKnown(String topic, int number) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(ANSWER_SECONDS);
        while (true) {
            try {
                await(admin.describeTopics(List.of(topic)).allTopicNames(), "topic " + topic);
                await(admin.listOffsets(newest(topic, number)).all(), "topic " + topic);
                return;
            } catch (UnknownTopicOrPartitionException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.onSpinWait();
            }
        }
    }

    /** Returns the name of a group of consumers of its own. */
    public synchronized String group(String name) {
        groups.add(prefix + name);
        return prefix + name;
    }

    /** Returns how many records were written to a topic of traffic. */
    public long records(String topic) {
        return await(admin.listOffsets(newest(topic, partitions)).all(), "topic " + topic)
                .values()
                .stream()
                .mapToLong(offset -> offset.offset())
                .sum();
    }

    /** Returns the partitions of a topic of traffic. */
    public List<TopicPartition> partitions(String topic) {
        return partitions(topic, partitions);
    }

    private static List<TopicPartition> partitions(String topic, int number) {
        return IntStream.range(0, number)
                .mapToObj(partition -> new TopicPartition(topic, partition))
                .toList();
    }

    private static Map<TopicPartition, OffsetSpec> newest(String topic, int number) {
        return partitions(topic, number).stream()
                .collect(
                        Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
    }

    public synchronized void delete(String topic) {
        topics.remove(topic);
        forget(() -> admin.deleteTopics(List.of(topic)).all(), "topic " + topic);
    }

    /** Deletes all that is left. */
    @Override
    public synchronized void close() {
        List.copyOf(topics).forEach(this::delete);
        for (String group : groups) {
            forget(() -> admin.deleteConsumerGroups(List.of(group)).all(), "group " + group);
        }
        groups.clear();
        admin.close();
    }

    private static void forget(java.util.function.Supplier<KafkaFuture<Void>> call, String what) {
        try {
            await(call.get(), what);
        } catch (UnknownTopicOrPartitionException | GroupIdNotFoundException e) {
            // It is gone, or never was.
        }
    }

    private static <T> T await(KafkaFuture<T> answer, String what) {
        try {
            return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException unknown) {
                throw unknown;
            }
            if (e.getCause() instanceof GroupIdNotFoundException unknown) {
                throw unknown;
            }
            throw new IllegalStateException(
                    "the brokers refuse " + what + ": " + e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "the brokers do not answer about " + what + " within " + ANSWER_SECONDS + " s",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
