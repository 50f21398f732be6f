package duet.cluster.chaos;

import duet.cluster.Cluster;
import duet.cluster.ClusterShape;
import duet.cluster.Waiting;
import duet.operations.broker.KafkaClients;
import duet.schemas.Topics;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.record.Interaction;
import duet.schemas.record.InteractionWindow;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.Interactions;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.RecordEncoder;
import duet.schemas.serde.Records;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicExistsException;

/** Makes the faults that come through the topics: what no device sends, or not so much of. */
final class StreamFaults {

    /** Keys of records that are no windows begin with this. */
    static final String POISON_KEY = "poison-";

    private static final int POISON_RECORDS = 2_000;
    private static final int LARGEST_POISON = 400;
    private static final int HOT_WINDOWS = 20_000;
    private static final int HOT_WINDOW = 5;

    /** The second job writes there: devices take orders from one job. */
    private static final String SECOND_DELTAS = "chaos.deltas";

    private static final String SECOND_DEAD_LETTERS = "chaos.dead-letters";

    private final Cluster cluster;
    private final ModelBundle bundle;
    private final List<String> jobOptions;

    /**
     * @param jobOptions options of every job
     */
    StreamFaults(Cluster cluster, ModelBundle bundle, List<String> jobOptions) {
        this.cluster = cluster;
        this.bundle = bundle;
        this.jobOptions = jobOptions;
    }

    /** Writes what is no window; each record of it has to become a dead letter. */
    Disturbance poisoned(RandomGenerator random) {
        Map<TopicPartition, Long> before = ends(Topics.DEAD_LETTERS);
        Set<String> missing = new HashSet<>();
        String burst = POISON_KEY + Integer.toHexString(random.nextInt()) + "-";
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            for (int i = 0; i < POISON_RECORDS; i++) {
                byte[] value = new byte[1 + random.nextInt(LARGEST_POISON)];
                random.nextBytes(value);
                String key = burst + i;
                missing.add(key);
                producer.send(
                        new ProducerRecord<>(
                                Topics.WINDOWS, key.getBytes(StandardCharsets.UTF_8), value));
            }
        }
        return new Disturbance() {
            @Override
            public String target() {
                return String.format(Locale.ROOT, "%,d records", POISON_RECORDS);
            }

            @Override
            public Optional<String> problem() {
                // A letter lies under the key of its record; others are refused meanwhile, and
                // some of these more than once.
                boolean all =
                        comes(
                                before,
                                letter -> {
                                    missing.remove(key(letter));
                                    return missing.isEmpty();
                                });
                return all
                        ? Optional.empty()
                        : Optional.of(
                                String.format(
                                        Locale.ROOT,
                                        "of %,d records that are no windows %,d are not among the"
                                                + " dead letters",
                                        POISON_RECORDS,
                                        missing.size()));
            }
        };
    }

    /** Writes many windows of one device; its last interaction has to be answered. */
    Disturbance flooded(String device) {
        Map<TopicPartition, Long> before = ends(Topics.DELTAS);
        long[] items = bundle.vocabulary().ids();
        RecordEncoder<InteractionWindow> encoder = Records.windowEncoder();
        try (KafkaProducer<byte[], byte[]> producer = producer()) {
            byte[] key = device.getBytes(StandardCharsets.UTF_8);
            for (int first = 0; first < HOT_WINDOWS; first++) {
                long now = System.currentTimeMillis();
                List<Interaction> interactions = new ArrayList<>();
                for (int i = first; i < first + HOT_WINDOW; i++) {
                    interactions.add(Interactions.ofItem(items[i % items.length], now));
                }
                InteractionWindow window =
                        new InteractionWindow(
                                device,
                                bundle.modelVersion(),
                                (long) first,
                                interactions,
                                now * 1000);
                producer.send(new ProducerRecord<>(Topics.WINDOWS, key, encoder.encode(window)));
            }
        }
        return new Disturbance() {
            @Override
            public String target() {
                return String.format(Locale.ROOT, "%,d windows of %s", HOT_WINDOWS, device);
            }

            @Override
            public Optional<String> problem() {
                long last = HOT_WINDOWS + HOT_WINDOW - 2;
                return answered(device, last, before)
                        ? Optional.empty()
                        : Optional.of(
                                String.format(
                                        Locale.ROOT,
                                        "%s got no delta of its last interaction, %,d",
                                        device,
                                        last));
            }
        };
    }

    /**
     * Returns whether there is a delta of that interaction of the device, among those from these
     * offsets on.
     */
    private boolean answered(String device, long lastSequence, Map<TopicPartition, Long> from) {
        return comes(
                from,
                record ->
                        record.value() != null
                                && device.equals(key(record))
                                && delta(record).getLastSequence() == lastSequence);
    }

    private static WeightDelta delta(ConsumerRecord<byte[], byte[]> record) {
        try {
            return Records.deltaDecoder().decode(record.value());
        } catch (MalformedRecordException e) {
            throw new IllegalStateException("a delta of " + key(record) + ": " + e.getMessage(), e);
        }
    }

    private static String key(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
    }

    /**
     * Reads records from these offsets on, each once, until that is true of one; returns whether it
     * came in time.
     */
    private boolean comes(
            Map<TopicPartition, Long> from, Predicate<ConsumerRecord<byte[], byte[]>> last) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                KafkaClients.consumer(cluster.shape().bootstrapServers())) {
            consumer.assign(from.keySet());
            from.forEach(consumer::seek);
            long deadline = System.nanoTime() + Disturbance.EFFECT_TIMEOUT.toNanos();
            while (System.nanoTime() < deadline) {
                for (ConsumerRecord<byte[], byte[]> record :
                        consumer.poll(Duration.ofMillis(200))) {
                    if (last.test(record)) {
                        return true;
                    }
                }
            }
            return false;
        }
    }

    /** Runs a second job beside the first until the fault is lifted; it has to answer, too. */
    Disturbance twice(int round) {
        createSecondTopics();
        List<String> options = new ArrayList<>(jobOptions);
        options.addAll(
                List.of(
                        "--group-id",
                        "chaos-second-" + round,
                        "--start-offsets",
                        "latest",
                        "--topic.deltas",
                        SECOND_DELTAS,
                        "--topic.dead-letters",
                        SECOND_DEAD_LETTERS));
        GenerationJob second = GenerationJob.start(cluster, bundle.directory(), options);
        long before = records(SECOND_DELTAS);
        return new Disturbance() {
            private boolean answered;

            @Override
            public String target() {
                return "job";
            }

            @Override
            public void lift() {
                try {
                    answered =
                            Waiting.until(
                                    () -> records(SECOND_DELTAS) > before,
                                    Disturbance.EFFECT_TIMEOUT);
                } finally {
                    second.cancel();
                }
            }

            @Override
            public Optional<String> problem() {
                return answered
                        ? Optional.empty()
                        : Optional.of("the second job answered no window");
            }
        };
    }

    private void createSecondTopics() {
        try (Admin admin = cluster.brokers().admin()) {
            admin.createTopics(
                            List.of(
                                    new NewTopic(SECOND_DELTAS, 2, (short) ClusterShape.BROKERS),
                                    new NewTopic(
                                            SECOND_DEAD_LETTERS, 1, (short) ClusterShape.BROKERS)))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof TopicExistsException)) {
                throw new IllegalStateException(
                        "cannot create topics: " + e.getCause().getMessage(), e);
            }
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private long records(String topic) {
        return ends(topic).values().stream().mapToLong(Long::longValue).sum();
    }

    private Map<TopicPartition, Long> ends(String topic) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                KafkaClients.consumer(cluster.shape().bootstrapServers())) {
            List<TopicPartition> partitions =
                    consumer.partitionsFor(topic).stream()
                            .map(info -> new TopicPartition(topic, info.partition()))
                            .collect(Collectors.toList());
            return new HashMap<>(consumer.endOffsets(partitions));
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return KafkaClients.producer(
                Map.of("bootstrap.servers", cluster.shape().bootstrapServers(), "linger.ms", 5));
    }

    private static IllegalStateException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new IllegalStateException("interrupted", e);
    }
}
