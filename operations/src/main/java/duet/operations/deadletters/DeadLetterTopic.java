package duet.operations.deadletters;

import duet.operations.broker.KafkaClients;
import duet.schemas.InvalidInputException;
import duet.schemas.record.DeadLetter;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.RecordDecoder;
import duet.schemas.serde.Records;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Reads the dead letters of a cluster as they stood when this was opened: what comes later is not
 * read, so that letters about replayed records are not replayed again. It belongs to no consumer
 * group and commits nothing. It is not thread-safe.
 *
 * <p>It takes the memory of one fetch, {@value #FETCH_BYTES} bytes and a record, however many
 * letters there are.
 */
public final class DeadLetterTopic implements AutoCloseable {

    private static final int FETCH_BYTES = 8 << 20;
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration LONGEST_SILENCE = Duration.ofSeconds(30);

    private final String topic;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final RecordDecoder<DeadLetter> decoder = Records.deadLetterDecoder();
    private final Map<TopicPartition, Long> beginnings;
    private final Map<TopicPartition, Long> ends;

    /**
     * Connects to the brokers.
     *
     * @param clientProperties Kafka client properties, bootstrap servers included
     * @param topic the topic of the dead letters, which exists
     */
    public DeadLetterTopic(Map<String, Object> clientProperties, String topic) {
        this.topic = topic;
        Map<String, Object> properties = new HashMap<>();
        properties.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        properties.putAll(clientProperties);
        consumer = KafkaClients.onlooker(properties);
        try {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(p -> new TopicPartition(topic, p.partition()))
                            .toList();
            consumer.assign(partitions);
            beginnings = consumer.beginningOffsets(partitions);
            ends = consumer.endOffsets(partitions);
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    /**
     * Reads all letters that were written at {@code since} or later and hands over those that the
     * selection means, in the order of each partition. It can be called again, and then reads the
     * same letters, less those that the topic has let go of.
     *
     * @return the number of records in the topic that are no dead letters
     * @throws IllegalStateException if the brokers stop answering
     */
    public long scan(LetterSelection selection, Consumer<StoredLetter> matching) {
        seek(selection.since());
        long unreadable = 0;
        long heardAt = System.nanoTime();
        while (!atEnds()) {
            long before = positions();
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            for (ConsumerRecord<byte[], byte[]> record : records) {
                if (record.offset() >= ends.get(partition(record.partition()))) {
                    continue;
                }
                Optional<StoredLetter> letter = decode(record);
                if (letter.isEmpty()) {
                    unreadable++;
                } else if (selection.matches(letter.get())) {
                    matching.accept(letter.get());
                }
            }
            if (positions() != before) {
                heardAt = System.nanoTime();
            } else if (System.nanoTime() - heardAt > LONGEST_SILENCE.toNanos()) {
                throw silence();
            }
        }
        return unreadable;
    }

    /**
     * Returns one letter.
     *
     * @throws InvalidInputException if there is none at that place, or the record there is not a
     *     dead letter
     */
    public StoredLetter read(LetterId id) {
        TopicPartition partition = partition(id.partition());
        Long end = ends.get(partition);
        if (end == null) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "no dead letter %s: topic %s has the partitions 0 to %d",
                            id,
                            topic,
                            ends.size() - 1));
        }
        if (id.offset() >= end || id.offset() < beginnings.get(partition)) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "no dead letter %s: partition %d of topic %s holds the offsets %d to"
                                    + " %d",
                            id,
                            id.partition(),
                            topic,
                            beginnings.get(partition),
                            end - 1));
        }
        ends.forEach((other, last) -> consumer.seek(other, last));
        consumer.seek(partition, id.offset());
        long start = System.nanoTime();
        while (consumer.position(partition) <= id.offset()) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL).records(partition)) {
                if (record.offset() == id.offset()) {
                    return decode(record)
                            .orElseThrow(
                                    () ->
                                            new InvalidInputException(
                                                    "the record "
                                                            + id
                                                            + " of topic "
                                                            + topic
                                                            + " is not a dead letter"));
                }
            }
            if (System.nanoTime() - start > LONGEST_SILENCE.toNanos()) {
                throw silence();
            }
        }
        throw new InvalidInputException(
                "no dead letter " + id + ": nothing stands there any more in topic " + topic);
    }

    private void seek(@Nullable Instant since) {
        beginnings.forEach(consumer::seek);
        if (since == null) {
            return;
        }
        Map<TopicPartition, Long> times = new HashMap<>();
        ends.keySet().forEach(partition -> times.put(partition, since.toEpochMilli()));
        // A letter is written after the record was refused, so none that is meant comes before.
        for (Map.Entry<TopicPartition, OffsetAndTimestamp> first :
                consumer.offsetsForTimes(times).entrySet()) {
            long end = ends.get(first.getKey());
            OffsetAndTimestamp found = first.getValue();
            consumer.seek(first.getKey(), found == null ? end : Math.min(end, found.offset()));
        }
    }

    private boolean atEnds() {
        return ends.entrySet().stream()
                .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private long positions() {
        return ends.keySet().stream().mapToLong(consumer::position).sum();
    }

    private TopicPartition partition(int number) {
        return new TopicPartition(topic, number);
    }

    private Optional<StoredLetter> decode(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Optional.of(
                    new StoredLetter(
                            new LetterId(record.partition(), record.offset()),
                            decoder.decode(record.value())));
        } catch (MalformedRecordException e) {
            return Optional.empty();
        }
    }

    private IllegalStateException silence() {
        return new IllegalStateException(
                "nothing came of topic " + topic + " for " + LONGEST_SILENCE.toSeconds() + " s");
    }

    @Override
    public void close() {
        consumer.close();
    }
}
