package duet.operations.release;

import duet.operations.broker.KafkaClients;
import duet.schemas.Topics;
import duet.schemas.record.ModelRelease;
import duet.schemas.record.ReleaseStatus;
import duet.schemas.release.ReleaseKeys;
import duet.schemas.release.ReleaseLedger;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.RecordDecoder;
import duet.schemas.serde.Records;
import duet.schemas.serde.ReleaseValidation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the releases of a cluster, and reads what its job says of them. It takes the
 * memory of the newest record of each version and subtask. It belongs to no consumer group and
 * commits nothing. It is not thread-safe.
 */
public final class ReleaseTopics implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);
    private static final int SEND_MILLIS = 30_000;

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<String, Object> producerProperties;
    private final RecordDecoder<ModelRelease> releaseDecoder = Records.releaseDecoder();
    private final RecordDecoder<ReleaseStatus> statusDecoder = Records.releaseStatusDecoder();
    private final ReleaseLedger ledger;
    private final LongSupplier clockMicros;
    private final Map<String, ModelRelease> releases = new HashMap<>();
    private final Map<String, ReleaseStatus> statuses = new HashMap<>();
    private int unreadable;
    private int untrusted;

    /**
     * Connects to the brokers.
     *
     * @param clientProperties Kafka client properties, bootstrap servers included; both topics
     *     exist
     * @param keys of those whose releases count: everybody who may write the topic can write others
     * @param clockMicros now, microseconds since the epoch
     */
    public ReleaseTopics(
            Map<String, Object> clientProperties, ReleaseKeys keys, LongSupplier clockMicros) {
        this.ledger = new ReleaseLedger(keys, 0);
        this.clockMicros = clockMicros;
        producerProperties = new HashMap<>(clientProperties);
        producerProperties.put(ProducerConfig.ACKS_CONFIG, "all");
        producerProperties.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, SEND_MILLIS);
        producerProperties.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, SEND_MILLIS / 2);
        producerProperties.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, SEND_MILLIS);
        producerProperties.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        consumer = KafkaClients.onlooker(clientProperties);
        try {
            List<TopicPartition> partitions = new ArrayList<>();
            for (String topic : List.of(Topics.MODELS, Topics.RELEASE_STATUS)) {
                consumer.partitionsFor(topic)
                        .forEach(p -> partitions.add(new TopicPartition(topic, p.partition())));
            }
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    /**
     * Returns the board as it stands now.
     *
     * @throws IllegalStateException if the brokers stop answering
     */
    public ReleaseBoard board() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        long heardAt = System.nanoTime();
        while (ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            var records = consumer.poll(POLL);
            records.forEach(this::take);
            if (!records.isEmpty()) {
                heardAt = System.nanoTime();
            } else if (System.nanoTime() - heardAt > LONGEST_SILENCE.toNanos()) {
                throw new IllegalStateException(
                        "the brokers gave no record of the releases for "
                                + LONGEST_SILENCE.toSeconds()
                                + " s");
            }
        }
        return new ReleaseBoard(
                releases.values(), statuses.values(), untrusted, clockMicros.getAsLong());
    }

    /** Waits a little for news, and returns at once where there are some. */
    void awaitNews() {
        consumer.poll(POLL).forEach(this::take);
    }

    /** Returns how many of the records read so far are neither a release nor a status. */
    public int unreadable() {
        return unreadable;
    }

    /**
     * Writes a release; when this returns, the brokers hold it.
     *
     * @throws IllegalStateException if they do not take it
     */
    public void put(ModelRelease release) {
        try (KafkaProducer<byte[], byte[]> producer = KafkaClients.producer(producerProperties)) {
            producer.send(
                            new ProducerRecord<>(
                                    Topics.MODELS,
                                    release.getVersion().getBytes(StandardCharsets.UTF_8),
                                    Records.releaseEncoder().encode(release)))
                    .get();
        } catch (ExecutionException e) {
            throw notWritten(release, e.getCause());
        } catch (KafkaException e) {
            throw notWritten(release, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw notWritten(release, e);
        }
    }

    private static IllegalStateException notWritten(ModelRelease release, Throwable cause) {
        return new IllegalStateException(
                "the release of " + release.getVersion() + " could not be written", cause);
    }

    private void take(ConsumerRecord<byte[], byte[]> record) {
        try {
            if (record.topic().equals(Topics.MODELS)) {
                takeRelease(record.value());
            } else {
                takeStatus(record.value());
            }
        } catch (MalformedRecordException e) {
            unreadable++;
        }
    }

    private void takeRelease(byte @Nullable [] value) throws MalformedRecordException {
        if (value != null) {
            ModelRelease release = releaseDecoder.decode(value);
            ReleaseValidation.check(release);
            ModelRelease known = releases.get(release.getVersion());
            if (ledger.take(release, known, clockMicros.getAsLong()).isEmpty()) {
                releases.put(release.getVersion(), release);
            } else {
                untrusted++;
            }
        }
    }

    private void takeStatus(byte @Nullable [] value) throws MalformedRecordException {
        if (value != null) {
            ReleaseStatus status = statusDecoder.decode(value);
            ReleaseValidation.check(status);
            statuses.put(status.getVersion() + "/" + status.getSubtask(), status);
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
