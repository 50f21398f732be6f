package duet.bench.measurement;

import duet.operations.broker.KafkaClients;
import duet.schemas.record.Interaction;
import duet.schemas.record.InteractionWindow;
import duet.schemas.serde.Interactions;
import duet.schemas.serde.RecordEncoder;
import duet.schemas.serde.Records;
import duet.simulator.scenario.ArrivalModel;
import duet.simulator.scenario.Scenario;
import duet.simulator.scenario.ScenarioWorkload;
import duet.simulator.workload.ScheduledWindow;
import duet.simulator.workload.SyntheticCatalogue;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Writes windows of the simulated fleet ahead of the runs that read them. The devices take turns,
 * each with its next window, so that two windows of one device are as far apart as there are
 * devices: where the job coalesced them, it would answer more windows than it makes deltas.
 */
public final class WindowBacklog {
    /** So much of each device's life can be read: more than there can be in all. */
    private static final Duration LONGEST = Duration.ofDays(7);

    private static final double PER_SECOND = 100;
    private static final String PREFIX = "bench-";

    private final SyntheticCatalogue catalogue;
    private final int history;
    private final String modelVersion;

    /**
     * Prepares windows of devices that use such a catalogue.
     *
     * @param catalogue what the devices interact with
     * @param history most interactions of a window
     * @param modelVersion version that the devices announce
     */
    public WindowBacklog(SyntheticCatalogue catalogue, int history, String modelVersion) {
        this.catalogue = catalogue;
        this.history = history;
        this.modelVersion = modelVersion;
    }

    /**
     * Tells what was written.
     *
     * @param windows windows
     * @param keyBytes bytes of all keys
     * @param valueBytes bytes of all values
     */
    public record Written(long windows, long keyBytes, long valueBytes) {
        /** Returns the mean bytes of a window with its key. */
        public double bytesPerWindow() {
            return (keyBytes + valueBytes) / (double) windows;
        }
    }

    /**
     * Writes the windows.
     *
     * @param topics topics to write to, and how often each window is to stand there
     * @param devices devices that take turns
     * @param windows windows of all together
     * @param startMillis event time of the first window, milliseconds since the epoch
     * @throws IllegalStateException if the brokers refuse one
     */
    public Written write(
            String bootstrapServers,
            Map<String, Integer> topics,
            int devices,
            int windows,
            long startMillis) {
        AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        Iterator<EncodedWindow> stream = stream(devices, startMillis);
        long keyBytes = 0;
        long valueBytes = 0;
        try (KafkaProducer<byte[], byte[]> producer = producer(bootstrapServers)) {
            for (int i = 0; i < windows && failure.get() == null; i++) {
                EncodedWindow window = stream.next();
                keyBytes += window.key().length;
                valueBytes += window.value().length;
                topics.forEach(
                        (topic, times) -> {
                            for (int copy = 0; copy < times; copy++) {
                                producer.send(
                                        new ProducerRecord<>(topic, window.key(), window.value()),
                                        (metadata, exception) -> {
                                            if (exception != null) {
                                                failure.set(exception);
                                            }
                                        });
                            }
                        });
            }
            producer.flush();
        }
        if (failure.get() != null) {
            throw new IllegalStateException(
                    "the windows cannot be written: " + failure.get().getMessage(), failure.get());
        }
        return new Written(windows, keyBytes, valueBytes);
    }

    /**
     * Holds a window as it stands in a topic.
     *
     * @param key the device, {@link #deviceOf}
     * @param value the record
     */
    public record EncodedWindow(byte[] key, byte[] value) {}

    /**
     * Returns the windows without end, those of device 0, 1, 2 ... in turn; the same every time.
     */
    public Iterator<EncodedWindow> stream(int devices, long startMillis) {
        List<Iterator<ScheduledWindow>> senders = senders(devices, startMillis);
        RecordEncoder<InteractionWindow> encoder = Records.windowEncoder();
        return new Iterator<>() {
            private long next;

            @Override
            public boolean hasNext() {
                return true;
            }

            @Override
            public EncodedWindow next() {
                int device = (int) (next++ % devices);
                InteractionWindow window =
                        recordOf(deviceId(device), senders.get(device).next(), startMillis);
                return new EncodedWindow(
                        window.getDeviceId().getBytes(StandardCharsets.UTF_8),
                        encoder.encode(window));
            }
        };
    }

    /** Returns the device that a key names. */
    public static int deviceOf(byte[] key) {
        int device = 0;
        for (int i = PREFIX.length(); i < key.length; i++) {
            device = 10 * device + key[i] - '0';
        }
        return device;
    }

    private static String deviceId(int device) {
        return PREFIX + device;
    }

    /** Returns a workload of its own for each device, which gives its windows one by one. */
    private List<Iterator<ScheduledWindow>> senders(int number, long startMillis) {
        List<Iterator<ScheduledWindow>> senders = new ArrayList<>(number);
        for (int device = 0; device < number; device++) {
            senders.add(
                    new ScenarioWorkload(
                                    Scenario.plain(
                                            "synthetic",
                                            1,
                                            ArrivalModel.CONSTANT,
                                            PER_SECOND,
                                            LONGEST,
                                            device),
                                    catalogue,
                                    deviceId(device),
                                    history,
                                    startMillis)
                            .windows());
        }
        return senders;
    }

    private InteractionWindow recordOf(String device, ScheduledWindow window, long startMillis) {
        List<Interaction> interactions = new ArrayList<>(window.items().length);
        for (int i = 0; i < window.items().length; i++) {
            interactions.add(Interactions.ofItem(window.items()[i], window.eventTimesMillis()[i]));
        }
        return new InteractionWindow(
                device,
                modelVersion,
                window.firstSequence(),
                interactions,
                TimeUnit.MILLISECONDS.toMicros(startMillis) + window.offsetMicros());
    }

    private static KafkaProducer<byte[], byte[]> producer(String bootstrapServers) {
        return KafkaClients.producer(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        bootstrapServers,
                        ProducerConfig.LINGER_MS_CONFIG,
                        20,
                        ProducerConfig.BATCH_SIZE_CONFIG,
                        256 << 10));
    }
}
