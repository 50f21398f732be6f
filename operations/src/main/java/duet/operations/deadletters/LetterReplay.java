package duet.operations.deadletters;

import duet.operations.broker.KafkaClients;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * Sends the records of dead letters back to the topic they came from, with bytes and key as the job
 * received them. Windows are merged by sequence number, so one that is sent back twice changes
 * nothing. It is not thread-safe.
 */
public final class LetterReplay implements AutoCloseable {

    /** A record that was sent back has this header, whose value is the letter's id as text. */
    public static final String HEADER = "duet-dead-letter";

    private final String topic;
    private final KafkaProducer<byte[], byte[]> producer;
    private final AtomicLong sent = new AtomicLong();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();

    /**
     * Connects to the brokers.
     *
     * @param clientProperties Kafka client properties, bootstrap servers included
     * @param topic the only topic that is written to
     */
    public LetterReplay(Map<String, Object> clientProperties, String topic) {
        this.topic = topic;
        Map<String, Object> properties = new HashMap<>(clientProperties);
        properties.put(ProducerConfig.ACKS_CONFIG, "all");
        producer = KafkaClients.producer(properties);
    }

    /** Says what can be done with a letter. */
    public enum Eligibility {
        /** The letter's record can be sent back. */
        REPLAYABLE,
        /** The letter does not hold the whole record. */
        CUT,
        /** The letter's record came from another topic than the one that is written to. */
        OTHER_TOPIC;

        /** Returns what can be done with this letter, where {@code topic} is written to. */
        public static Eligibility of(StoredLetter letter, String topic) {
            if (!letter.letter().getTopic().equals(topic)) {
                return OTHER_TOPIC;
            }
            return letter.isCut() ? CUT : REPLAYABLE;
        }
    }

    /**
     * Sends the record of a letter back; returns before it has arrived.
     *
     * @throws IllegalArgumentException if the letter is not {@link Eligibility#REPLAYABLE}
     * @throws IllegalStateException if an earlier record could not be sent
     */
    public void send(StoredLetter letter) {
        Eligibility eligibility = Eligibility.of(letter, topic);
        if (eligibility != Eligibility.REPLAYABLE) {
            throw new IllegalArgumentException(
                    "dead letter " + letter.id() + " cannot be sent back: " + eligibility);
        }
        check();
        byte[] key = letter.key();
        Header origin =
                new RecordHeader(HEADER, letter.id().toString().getBytes(StandardCharsets.UTF_8));
        producer.send(
                new ProducerRecord<>(
                        topic,
                        null,
                        // The letter does not tell no key from an empty one; devices send neither.
                        key.length == 0 ? null : key,
                        letter.value(),
                        List.of(origin)),
                (metadata, exception) -> {
                    if (exception == null) {
                        sent.incrementAndGet();
                    } else {
                        failure.compareAndSet(null, exception);
                    }
                });
    }

    /**
     * Waits until all that was sent has arrived.
     *
     * @return the number of records that did
     * @throws IllegalStateException if one did not, saying how many did and why
     */
    public long finish() {
        producer.flush();
        check();
        return sent.get();
    }

    private void check() {
        Exception first = failure.get();
        if (first != null) {
            throw new IllegalStateException(
                    String.format(
                            Locale.ROOT,
                            "sending back to %s failed after %,d records: %s",
                            topic,
                            sent.get(),
                            first.getMessage()),
                    first);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
