package duet.jobs.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import duet.embedded.flink.EmbeddedFlink;
import duet.embedded.kafka.EmbeddedBroker;
import duet.jobs.InitialReleases;
import duet.jobs.ParameterGenerationJob;
import duet.jobs.Preflight;
import duet.jobs.config.DuetOptions;
import duet.jobs.config.GenerationOptions;
import duet.jobs.generation.BundleGenerator;
import duet.jobs.generation.DeltaGeneratorFactory;
import duet.operations.broker.KafkaClients;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.record.DeadLetter;
import duet.schemas.record.InteractionWindow;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.RecordDecoder;
import duet.schemas.serde.RecordEncoder;
import duet.schemas.serde.Records;
import duet.testkit.Eventually;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * A generation job with topics of its own: windows go in, deltas and dead letters are collected as
 * they come, committed records only. It may be stopped with a savepoint and started again from one,
 * at another parallelism or on another state backend, while its topics, and what it wrote to them,
 * stay. Nothing waits on the clock; a condition is awaited by reading on.
 */
public final class DrivenJob implements AutoCloseable {
    /** Of a job where the test names none. */
    public static final int PARALLELISM = 2;

    private static final int PARTITIONS = 4;
    private static final int LARGEST_WINDOW = 16 << 20;

    /** Of the clients: a broker that is started again may take long. */
    private static final int PATIENCE_MILLIS = (int) Eventually.limit().toMillis();

    private final EmbeddedFlink flink;
    private final GenerationOptions options;
    private final DeltaGeneratorFactory factory;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Admin admin;
    private final RecordEncoder<InteractionWindow> encoder = Records.windowEncoder();
    private final RecordDecoder<WeightDelta> deltaDecoder = Records.deltaDecoder();
    private final RecordDecoder<DeadLetter> deadLetterDecoder = Records.deadLetterDecoder();
    private final List<WeightDelta> deltas = new ArrayList<>();
    private final List<DeadLetter> deadLetters = new ArrayList<>();
    private final List<String> tombstones = new ArrayList<>();
    private JobClient client;
    private int sent;
    private int seen;

    private DrivenJob(
            EmbeddedFlink flink, GenerationOptions options, DeltaGeneratorFactory factory) {
        this.flink = flink;
        this.options = options;
        this.factory = factory;
        producer =
                KafkaClients.producer(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                options.bootstrapServers(),
                                ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                                LARGEST_WINDOW,
                                ProducerConfig.MAX_BLOCK_MS_CONFIG,
                                PATIENCE_MILLIS,
                                ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
                                PATIENCE_MILLIS));
        consumer =
                KafkaClients.consumer(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                options.bootstrapServers(),
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                "read_committed",
                                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                                PATIENCE_MILLIS));
        admin =
                KafkaClients.admin(
                        Map.of(
                                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                                options.bootstrapServers(),
                                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                                PATIENCE_MILLIS));
        List<TopicPartition> partitions =
                Stream.of(options.output().deltasTopic(), options.output().deadLettersTopic())
                        .flatMap(
                                topic ->
                                        IntStream.range(0, PARTITIONS)
                                                .mapToObj(p -> new TopicPartition(topic, p)))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Options of a job on topics of that name, which are created. */
    public static Configuration configuration(
            EmbeddedBroker broker, ModelBundle bundle, String name) {
        broker.createTopics(topics(name));
        return configuration(broker.bootstrapServers(), bundle, name);
    }

    /** Options of a job on topics of that name, which exist. */
    public static Configuration configuration(
            String bootstrapServers, ModelBundle bundle, String name) {
        Configuration config = new Configuration();
        config.set(DuetOptions.BOOTSTRAP_SERVERS, bootstrapServers);
        config.set(DuetOptions.BUNDLE, bundle.directory().toString());
        config.set(DuetOptions.WINDOWS_TOPIC, name + ".windows");
        config.set(DuetOptions.DELTAS_TOPIC, name + ".deltas");
        config.set(DuetOptions.DEAD_LETTERS_TOPIC, name + ".dead-letters");
        config.set(DuetOptions.MODELS_TOPIC, name + ".models");
        config.set(DuetOptions.RELEASE_STATUS_TOPIC, name + ".release-status");
        config.set(DuetOptions.DEVICE_RESETS_TOPIC, name + ".device-resets");
        config.set(DuetOptions.GROUP_ID, name);
        config.set(DuetOptions.CHECKPOINT_INTERVAL, Duration.ofMillis(200));
        return config;
    }

    /** The topics of a job of that name, with room for a window that nobody should send. */
    public static List<NewTopic> topics(String name) {
        return Stream.of(
                        "windows",
                        "deltas",
                        "dead-letters",
                        "models",
                        "release-status",
                        "device-resets")
                .map(
                        topic ->
                                new NewTopic(name + "." + topic, PARTITIONS, (short) 1)
                                        .configs(
                                                topic.equals("windows")
                                                        ? Map.of(
                                                                "max.message.bytes",
                                                                String.valueOf(LARGEST_WINDOW))
                                                        : Map.of()))
                .toList();
    }

    /**
     * A job that is not started yet, with generators of its bundle; its topics can be written to.
     */
    public static DrivenJob of(EmbeddedFlink flink, Configuration config) {
        String bundle = config.get(DuetOptions.BUNDLE);
        return of(flink, config, BundleGenerator.factory(Path.of(bundle)));
    }

    /**
     * A job that is not started yet, with generators of the caller's own; its topics can be written
     * to.
     */
    public static DrivenJob of(
            EmbeddedFlink flink, Configuration config, DeltaGeneratorFactory factory) {
        GenerationOptions options = GenerationOptions.from(config);
        Preflight.check(options, Eventually.limit());
        return new DrivenJob(flink, options, factory);
    }

    /** Starts the job without state, at {@link #PARALLELISM}. */
    public void start() {
        start(PARALLELISM, new Configuration());
    }

    /** Starts the job with settings of Flink's. */
    public void start(int parallelism, Configuration settings) {
        Configuration all = new Configuration(settings);
        all.set(CoreOptions.DEFAULT_PARALLELISM, parallelism);
        StreamExecutionEnvironment env = flink.environment();
        env.configure(all);
        ParameterGenerationJob.addTo(env, options, InitialReleases.none(), factory);
        client = flink.submit(env, "job of " + options.windows().groupId());
    }

    /** Waits until every task of the job runs. */
    public void awaitRunning() {
        flink.awaitRunning(client, Eventually.limit());
    }

    /** Waits until the job has ended by itself. */
    public void awaitEnd() throws Exception {
        Eventually.get("the end of the job", client.getJobExecutionResult());
    }

    /**
     * Stops the job with a savepoint in the canonical format, which is good for every state
     * backend; its path.
     */
    public String stop(Path directory) throws Exception {
        return Eventually.get(
                "a savepoint",
                client.stopWithSavepoint(
                        false, directory.toUri().toString(), SavepointFormatType.CANONICAL));
    }

    /** Ends the job at once, without a savepoint. */
    public void cancel() {
        flink.cancel(client, Eventually.limit());
    }

    /** Sends a window under its device's key. */
    public void send(InteractionWindow window) {
        producer.send(
                new ProducerRecord<>(
                        options.windows().topic(),
                        window.getDeviceId().getBytes(StandardCharsets.UTF_8),
                        encoder.encode(window)));
        sent++;
    }

    /** Sends bytes that need not be a window, and returns where they landed. */
    public RecordMetadata sendRaw(byte[] key, byte[] value) throws Exception {
        sent++;
        return Eventually.get(
                "bytes to be sent",
                producer.send(new ProducerRecord<>(options.windows().topic(), key, value)));
    }

    /** Makes sure that everything sent is in the topic. */
    public void flush() {
        producer.flush();
    }

    /** Every window that was sent is answered by a delta or stands in the dead letters. */
    public void awaitAllAnswered() {
        await("answer to every window", () -> answered() + deadLetters.size() >= sent);
    }

    /**
     * Every window that was sent is part of a completed checkpoint, so all that follows from it is
     * in Kafka; and all of that is read. Holds across failures, where counting does not.
     */
    public void awaitCheckpointOfAllSent() {
        await("checkpoint of all that was sent", () -> committed() >= sent);
        readToEnd();
    }

    /** Reads all that the job has written so far. */
    public void readToEnd() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        await(
                "end of what the job wrote",
                () ->
                        ends.entrySet().stream()
                                .allMatch(
                                        end -> consumer.position(end.getKey()) >= end.getValue()));
    }

    /** Reads on until the condition holds. */
    public void await(String what, BooleanSupplier condition) {
        producer.flush();
        Eventually.until(
                what,
                () -> {
                    if (condition.getAsBoolean()) {
                        return true;
                    }
                    read(Duration.ofMillis(50));
                    return condition.getAsBoolean();
                },
                () ->
                        String.format(
                                Locale.ROOT,
                                "%d sent, %d committed, %d answered by %d deltas, dead letters %s,"
                                        + " job %s",
                                sent,
                                committed(),
                                answered(),
                                deltas.size(),
                                deadLetters.stream().map(DeadLetter::getReason).toList(),
                                client.getJobStatus().join()));
    }

    private long committed() {
        try {
            return Eventually.get(
                            "the committed offsets",
                            admin.listConsumerGroupOffsets(options.windows().groupId())
                                    .partitionsToOffsetAndMetadata())
                    .values()
                    .stream()
                    .mapToLong(OffsetAndMetadata::offset)
                    .sum();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("cannot read the committed offsets", e);
        }
    }

    /** Reads what has come, waiting at most that long for the first record. */
    private void read(Duration atMost) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(atMost)) {
            try {
                if (record.value() == null) {
                    assertThat(record.topic()).isEqualTo(options.output().deltasTopic());
                    tombstones.add(new String(record.key(), StandardCharsets.UTF_8));
                } else if (record.topic().equals(options.output().deltasTopic())) {
                    WeightDelta delta = deltaDecoder.decode(record.value());
                    assertThat(new String(record.key(), StandardCharsets.UTF_8))
                            .isEqualTo(delta.getDeviceId());
                    deltas.add(delta);
                } else {
                    deadLetters.add(deadLetterDecoder.decode(record.value()));
                }
            } catch (MalformedRecordException e) {
                fail("the job wrote a record that cannot be read", e);
            }
        }
    }

    public int sent() {
        return sent;
    }

    /** Windows that the deltas answer. */
    public int answered() {
        return deltas.stream().mapToInt(WeightDelta::getAnsweredWindows).sum();
    }

    /** Whether a delta came since this was asked before. */
    public boolean answersAnything() {
        boolean more = deltas.size() > seen;
        seen = deltas.size();
        return more;
    }

    /** All deltas in the order they were written for each device. */
    public List<WeightDelta> deltas() {
        return Collections.unmodifiableList(deltas);
    }

    /** The devices whose deltas the job has taken from the topic. */
    public List<String> tombstones() {
        return Collections.unmodifiableList(tombstones);
    }

    public List<DeadLetter> deadLetters() {
        return Collections.unmodifiableList(deadLetters);
    }

    /** The delta of each device that was written last. */
    public Map<String, WeightDelta> lastDeltas() {
        Map<String, WeightDelta> last = new HashMap<>();
        deltas.forEach(delta -> last.put(delta.getDeviceId(), delta));
        return last;
    }

    /** The delta of each device that reaches furthest. */
    public Map<String, WeightDelta> newestDeltas() {
        Map<String, WeightDelta> newest = new HashMap<>();
        for (WeightDelta delta : deltas) {
            newest.merge(
                    delta.getDeviceId(),
                    delta,
                    (a, b) -> b.getLastSequence() >= a.getLastSequence() ? b : a);
        }
        return newest;
    }

    /** The sequence number that the device's deltas reach, -1 if there are none. */
    public long newestSequence(String device) {
        WeightDelta delta = newestDeltas().get(device);
        return delta == null ? -1 : delta.getLastSequence();
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
        consumer.close();
        admin.close();
        if (client != null) {
            cancel();
        }
    }
}
