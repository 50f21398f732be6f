package duet.cluster.chaos.hostile;

import duet.operations.broker.KafkaClients;
import duet.schemas.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/**
 * Sends hostile records at a rate, however they fare, until it is stopped, and then finds out what
 * became of each.
 */
public final class HostileDevices implements AutoCloseable {

    /** A producer takes what is so large; the brokers see it compressed. */
    private static final int LARGEST = 64 << 20;

    private static final Duration END = Duration.ofMinutes(3);

    private final HostileRecords records;
    private final double rate;
    private final HostileLedger ledger;
    private final RoundTopics topics;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaProducer<byte[], byte[]> compressing;
    private final Thread thread;
    private volatile boolean stopped;
    private volatile @Nullable Throwable failure;

    private HostileDevices(
            String bootstrapServers, HostileRecords records, double rate, String otherKeys) {
        this.records = records;
        this.rate = rate;
        this.ledger = new HostileLedger(List.of(records.prefix(), otherKeys));
        this.topics = RoundTopics.from(bootstrapServers);
        this.producer = producer(bootstrapServers, Map.of());
        this.compressing =
                producer(
                        bootstrapServers,
                        Map.of(
                                ProducerConfig.COMPRESSION_TYPE_CONFIG,
                                "gzip",
                                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                                LARGEST,
                                ProducerConfig.BUFFER_MEMORY_CONFIG,
                                4L * LARGEST));
        this.thread = new Thread(this::send, "hostile-devices");
        this.thread.setDaemon(true);
        this.thread.setUncaughtExceptionHandler((ended, e) -> failure = e);
    }

    private static KafkaProducer<byte[], byte[]> producer(
            String bootstrapServers, Map<String, Object> settings) {
        Map<String, Object> all = new HashMap<>(settings);
        all.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        all.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        return KafkaClients.producer(all);
    }

    /**
     * Begins to send.
     *
     * @param rate records a second
     * @param otherKeys keys of what somebody else sends that has to be refused begin with this
     */
    public static HostileDevices start(
            String bootstrapServers, HostileRecords records, double rate, String otherKeys) {
        HostileDevices devices = new HostileDevices(bootstrapServers, records, rate, otherKeys);
        devices.thread.start();
        return devices;
    }

    private void send() {
        long begin = System.nanoTime();
        long sent = 0;
        while (!stopped) {
            long due = begin + (long) (sent / rate * 1e9);
            long early = due - System.nanoTime();
            if (early > 0) {
                LockSupport.parkNanos(Math.min(early, TimeUnit.MILLISECONDS.toNanos(50)));
                continue;
            }
            for (HostileRecord record : records.next(System.currentTimeMillis())) {
                send(record);
                sent++;
            }
        }
    }

    private void send(HostileRecord record) {
        KafkaProducer<byte[], byte[]> by =
                record.kind() == HostileKind.MILLION_ITEMS ? compressing : producer;
        try {
            by.send(
                    new ProducerRecord<>(Topics.WINDOWS, record.key(), record.value()),
                    (metadata, failure) -> {
                        if (failure instanceof RecordTooLargeException
                                && record.kind() == HostileKind.MILLION_ITEMS) {
                            // Where the topic of windows is not compressed its size counts.
                            ledger.stopped(record.kind());
                        } else if (failure != null) {
                            ledger.notTaken(record.kind(), failure.toString());
                        } else if (!metadata.hasOffset()) {
                            ledger.notTaken(record.kind(), "the brokers do not say where it is");
                        } else {
                            ledger.sent(
                                    record,
                                    new HostileLedger.Place(
                                            metadata.partition(), metadata.offset()));
                        }
                    });
        } catch (RuntimeException e) {
            ledger.notTaken(record.kind(), e.toString());
        }
    }

    /**
     * Ends the sending; it returns once the brokers have all that was sent.
     *
     * @throws IllegalStateException if the sending had ended before, with the reason
     */
    public void stop() {
        stopped = true;
        LockSupport.unpark(thread);
        try {
            thread.join(END.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while hostile devices were stopped", e);
        }
        if (failure != null) {
            throw new IllegalStateException("hostile devices ended: " + failure, failure);
        }
        producer.flush();
        compressing.flush();
    }

    /**
     * Waits until it is known of every record what became of it; it must be stopped.
     *
     * @param atMost after which the verdict is given in any case
     */
    public HostileResult settle(Duration atMost) {
        topics.read(ledger, records.prefix(), atMost);
        return new HostileResult(ledger.counts(), ledger.problem());
    }

    @Override
    public void close() {
        stopped = true;
        producer.close(Duration.ZERO);
        compressing.close(Duration.ZERO);
    }
}
