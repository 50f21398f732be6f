package duet.simulator.fleet.kafka;

import duet.operations.broker.KafkaClients;
import duet.simulator.fleet.FleetException;
import duet.simulator.fleet.FleetOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Holds the clients of a run, connected: the consumers of deltas and dead letters stand at the end
 * of their topics, so that only what comes from now on is read, that of releases at the beginning.
 *
 * @param producer of windows
 * @param deltas reads every partition of the delta topic
 * @param deadLetters reads every partition of the dead letters
 * @param releases reads every partition of the releases
 */
public record KafkaLink(
        Producer<byte[], byte[]> producer,
        Consumer<byte[], byte[]> deltas,
        Consumer<byte[], byte[]> deadLetters,
        Consumer<byte[], byte[]> releases) {
    private static final Duration POLL = Duration.ofMillis(100);

    public static KafkaLink open(FleetOptions options) {
        Producer<byte[], byte[]> producer = null;
        Consumer<byte[], byte[]> deltas = null;
        Consumer<byte[], byte[]> deadLetters = null;
        Consumer<byte[], byte[]> releases = null;
        try {
            producer = KafkaClients.producer(producerProperties(options));
            // Connects and learns the partitions now, so that the first windows do not wait for it.
            producer.partitionsFor(options.topics().windows());
            deltas = atEnd(options, options.topics().deltas());
            deadLetters = atEnd(options, options.topics().deadLetters());
            releases = assigned(options, options.topics().models());
            releases.seekToBeginning(releases.assignment());
            return new KafkaLink(producer, deltas, deadLetters, releases);
        } catch (KafkaException e) {
            new KafkaLink(producer, deltas, deadLetters, releases).close();
            throw new FleetException(
                    "cannot connect to " + options.bootstrapServers() + ": " + e.getMessage(), e);
        }
    }

    /** Closes all clients, without waiting for what is not sent. */
    public void close() {
        if (producer != null) {
            producer.close(Duration.ZERO);
        }
        if (deltas != null) {
            deltas.close();
        }
        if (deadLetters != null) {
            deadLetters.close();
        }
        if (releases != null) {
            releases.close();
        }
    }

    /**
     * Reads the releases that there are now; the consumer then stands behind them.
     *
     * @throws FleetException if they cannot be read within the options' time
     */
    public List<ConsumerRecord<byte[], byte[]>> presentReleases(FleetOptions options) {
        List<ConsumerRecord<byte[], byte[]>> present = new ArrayList<>();
        long deadline = System.nanoTime() + options.waits().broker().toNanos();
        try {
            Map<TopicPartition, Long> ends =
                    releases.endOffsets(releases.assignment(), options.waits().broker());
            while (ends.entrySet().stream()
                    .anyMatch(end -> releases.position(end.getKey()) < end.getValue())) {
                if (System.nanoTime() > deadline) {
                    throw new FleetException(
                            String.format(
                                    Locale.ROOT,
                                    "topic %s could not be read within %s s",
                                    options.topics().models(),
                                    options.waits().broker().toMillis() / 1000.0),
                            null);
                }
                releases.poll(POLL).forEach(present::add);
            }
            return present;
        } catch (KafkaException e) {
            throw new FleetException(
                    "cannot read topic " + options.topics().models() + ": " + e.getMessage(), e);
        }
    }

    private static Consumer<byte[], byte[]> atEnd(FleetOptions options, String topic) {
        Consumer<byte[], byte[]> consumer = assigned(options, topic);
        try {
            consumer.seekToEnd(consumer.assignment());
            // Seeking is lazy: asking for the position fixes it before the first window leaves.
            consumer.assignment().forEach(p -> consumer.position(p, options.waits().broker()));
            return consumer;
        } catch (KafkaException e) {
            consumer.close();
            throw e;
        }
    }

    private static Consumer<byte[], byte[]> assigned(FleetOptions options, String topic) {
        Consumer<byte[], byte[]> consumer = KafkaClients.consumer(consumerProperties(options));
        try {
            consumer.assign(
                    consumer.partitionsFor(topic, options.waits().broker()).stream()
                            .map(p -> new TopicPartition(topic, p.partition()))
                            .toList());
            return consumer;
        } catch (KafkaException e) {
            consumer.close();
            throw e;
        }
    }

    private static Map<String, Object> producerProperties(FleetOptions options) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ProducerConfig.CLIENT_ID_CONFIG, "duet-fleet-windows");
        properties.put(ProducerConfig.LINGER_MS_CONFIG, 1);
        properties.put(ProducerConfig.BATCH_SIZE_CONFIG, 128 * 1024);
        properties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, options.waits().broker().toMillis());
        properties.putAll(options.kafka());
        return properties;
    }

    private static Map<String, Object> consumerProperties(FleetOptions options) {
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2000);
        properties.put(
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) options.waits().broker().toMillis());
        properties.putAll(options.kafka());
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        return properties;
    }
}
