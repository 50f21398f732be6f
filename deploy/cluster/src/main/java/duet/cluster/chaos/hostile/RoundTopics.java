package duet.cluster.chaos.hostile;

import duet.operations.broker.KafkaClients;
import duet.schemas.Topics;
import duet.schemas.record.DeadLetter;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.RecordDecoder;
import duet.schemas.serde.Records;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.utils.Utils;

/** Reads what the job has written since the begin of a round, its dead letters and its deltas. */
final class RoundTopics {

    private static final Duration POLL = Duration.ofMillis(200);

    private final String bootstrapServers;
    private final Map<TopicPartition, Long> windows;
    private final Map<TopicPartition, Long> written;
    private final RecordDecoder<DeadLetter> letters = Records.deadLetterDecoder();
    private final RecordDecoder<WeightDelta> deltas = Records.deltaDecoder();

    private RoundTopics(
            String bootstrapServers,
            Map<TopicPartition, Long> windows,
            Map<TopicPartition, Long> written) {
        this.bootstrapServers = bootstrapServers;
        this.windows = windows;
        this.written = written;
    }

    /** Returns the topics from now on. */
    static RoundTopics from(String bootstrapServers) {
        try (KafkaConsumer<byte[], byte[]> consumer = KafkaClients.consumer(bootstrapServers)) {
            Map<TopicPartition, Long> written = new HashMap<>(ends(consumer, Topics.DEAD_LETTERS));
            written.putAll(ends(consumer, Topics.DELTAS));
            return new RoundTopics(bootstrapServers, ends(consumer, Topics.WINDOWS), written);
        }
    }

    private static Map<TopicPartition, Long> ends(
            KafkaConsumer<byte[], byte[]> consumer, String topic) {
        List<TopicPartition> partitions = new ArrayList<>();
        consumer.partitionsFor(topic)
                .forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        return consumer.endOffsets(partitions);
    }

    /**
     * Tells a ledger what there is, until it knows of every record what became of it and all that
     * stands there now has been read.
     *
     * @param prefix ids of hostile devices begin with this
     */
    void read(HostileLedger ledger, String prefix, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        try (KafkaConsumer<byte[], byte[]> consumer =
                KafkaClients.consumer(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                bootstrapServers,
                                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                                "earliest"))) {
            consumer.assign(written.keySet());
            written.forEach(consumer::seek);
            Map<TopicPartition, Long> ends = consumer.endOffsets(written.keySet());
            while (System.nanoTime() < deadline
                    && !(ledger.settled()
                            && ends.entrySet().stream()
                                    .allMatch(
                                            end ->
                                                    consumer.position(end.getKey())
                                                            >= end.getValue()))) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    tell(ledger, prefix, record);
                }
            }
        } catch (MalformedRecordException e) {
            throw new IllegalStateException("the job wrote what is none: " + e.getMessage(), e);
        }
    }

    private void tell(HostileLedger ledger, String prefix, ConsumerRecord<byte[], byte[]> record)
            throws MalformedRecordException {
        if (record.topic().equals(Topics.DELTAS)) {
            String device = new String(record.key(), StandardCharsets.UTF_8);
            // Without a value it takes the deltas of a device out of the topic.
            if (device.startsWith(prefix) && record.value() != null) {
                ledger.delta(device, deltas.decode(record.value()).getLastSequence());
            }
            return;
        }
        DeadLetter letter = letters.decode(record.value());
        TopicPartition from = new TopicPartition(letter.getTopic(), letter.getPartition());
        Long begin = windows.get(from);
        // A record of the round before may be refused again, where the job went back that far.
        if (begin != null && letter.getOffset() >= begin) {
            ledger.letter(
                    new HostileLedger.Place(letter.getPartition(), letter.getOffset()),
                    new String(Utils.toArray(letter.getKey()), StandardCharsets.UTF_8),
                    letter.getReason());
        }
    }
}
