package duet.embedded.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import duet.embedded.flink.EmbeddedFlink;
import duet.embedded.kafka.EmbeddedBroker;
import duet.jobs.DuetOptions;
import duet.jobs.GenerationOptions;
import duet.jobs.InitialReleases;
import duet.jobs.ParameterGenerationJob;
import duet.jobs.Preflight;
import duet.jobs.generation.BundleGenerator;
import duet.jobs.generation.DeltaGeneratorFactory;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.record.DeadLetter;
import duet.schemas.record.InteractionWindow;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.RecordDecoder;
import duet.schemas.serde.RecordEncoder;
import duet.schemas.serde.Records;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
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
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * One generation job with topics of its own: windows go in, deltas and dead letters are collected as they come. Nothing
 * waits on the clock; a condition is awaited by reading on.
 */
final class RunningJob implements AutoCloseable {
    static final int PARTITIONS = 2;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final EmbeddedFlink flink;
    private final JobClient client;
    private final GenerationOptions options;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final RecordEncoder<InteractionWindow> encoder = Records.windowEncoder();
    private final RecordDecoder<WeightDelta> deltaDecoder = Records.deltaDecoder();
    private final RecordDecoder<DeadLetter> deadLetterDecoder = Records.deadLetterDecoder();
    private final List<WeightDelta> deltas = new ArrayList<>();
    private final List<DeadLetter> deadLetters = new ArrayList<>();
    private int sent;

    private RunningJob(
            EmbeddedBroker broker,
            EmbeddedFlink flink,
            GenerationOptions options,
            JobClient client) {
        this.flink = flink;
        this.options = options;
        this.client = client;
        this.producer = producer(broker);
        this.consumer =
                new KafkaConsumer<>(
                        Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        List<TopicPartition> partitions =
                Stream.of(options.deltasTopic(), options.deadLettersTopic())
                        .flatMap(
                                topic ->
                                        Stream.of(
                                                new TopicPartition(topic, 0),
                                                new TopicPartition(topic, 1)))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    static KafkaProducer<byte[], byte[]> producer(EmbeddedBroker broker) {
        return new KafkaProducer<>(
                Map.of(
                        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                        broker.bootstrapServers(),
                        ProducerConfig.MAX_REQUEST_SIZE_CONFIG,
                        16 << 20),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Options of a job with topics of that name, which are created. */
    static Configuration configuration(EmbeddedBroker broker, ModelBundle bundle, String name) {
        Configuration config = new Configuration();
        config.set(DuetOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
        config.set(DuetOptions.BUNDLE, bundle.directory().toString());
        config.set(DuetOptions.WINDOWS_TOPIC, name + ".windows");
        config.set(DuetOptions.DELTAS_TOPIC, name + ".deltas");
        config.set(DuetOptions.DEAD_LETTERS_TOPIC, name + ".dead-letters");
        config.set(DuetOptions.MODELS_TOPIC, name + ".models");
        config.set(DuetOptions.RELEASE_STATUS_TOPIC, name + ".release-status");
        config.set(DuetOptions.GROUP_ID, name);
        config.set(DuetOptions.CHECKPOINT_INTERVAL, Duration.ofMillis(200));
        broker.createTopics(
                List.of(
                        // Room for a window that nobody should send.
                        new NewTopic(name + ".windows", PARTITIONS, (short) 1)
                                .configs(Map.of("max.message.bytes", "16777216")),
                        new NewTopic(name + ".deltas", PARTITIONS, (short) 1),
                        new NewTopic(name + ".dead-letters", PARTITIONS, (short) 1),
                        new NewTopic(name + ".models", 1, (short) 1),
                        new NewTopic(name + ".release-status", 1, (short) 1)));
        return config;
    }

    static RunningJob start(EmbeddedBroker broker, EmbeddedFlink flink, Configuration config) {
        GenerationOptions options = GenerationOptions.from(config);
        return start(
                broker, flink, options, BundleGenerator.factory(options.bundle().orElseThrow()));
    }

    static RunningJob start(
            EmbeddedBroker broker,
            EmbeddedFlink flink,
            GenerationOptions options,
            DeltaGeneratorFactory factory) {
        Preflight.check(options);
        StreamExecutionEnvironment env = flink.environment();
        ParameterGenerationJob.addTo(env, options, InitialReleases.none(), factory);
        return new RunningJob(
                broker, flink, options, flink.submit(env, "job of " + options.groupId()));
    }

    /** Sends a window under its device's key. */
    void send(InteractionWindow window) {
        producer.send(
                new ProducerRecord<>(
                        options.windowsTopic(),
                        window.getDeviceId().getBytes(StandardCharsets.UTF_8),
                        encoder.encode(window)));
        sent++;
    }

    /** Sends bytes that need not be a window, and returns where they landed. */
    RecordMetadata sendRaw(byte[] key, byte[] value) throws Exception {
        sent++;
        return producer.send(new ProducerRecord<>(options.windowsTopic(), key, value))
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Reads on until the condition holds. */
    void await(String what, BooleanSupplier condition) {
        producer.flush();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                fail(
                        "no %s within %d s: %d sent, %d answered by %d deltas, dead letters %s, job %s",
                        what,
                        PATIENCE.toSeconds(),
                        sent,
                        answered(),
                        deltas.size(),
                        deadLetters.stream().map(DeadLetter::getReason).toList(),
                        client.getJobStatus().join());
            }
            read(Duration.ofMillis(50));
        }
    }

    /** Every window that was sent is answered by a delta or stands in the dead letters. */
    void awaitAllAnswered() {
        await("answer to every window", () -> answered() + deadLetters.size() >= sent);
    }

    /**
     * Every window that was sent is part of a completed checkpoint, so all that follows from it is in Kafka; and all of that
     * is read. Holds across failures, where counting does not.
     */
    void awaitCheckpointOfAllSent() {
        try (Admin admin =
                Admin.create(
                        Map.of(
                                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                                options.bootstrapServers()))) {
            await("checkpoint of all that was sent", () -> committed(admin) >= sent);
        }
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        await(
                "end of what the job wrote",
                () ->
                        ends.entrySet().stream()
                                .allMatch(
                                        end -> consumer.position(end.getKey()) >= end.getValue()));
    }

    private long committed(Admin admin) {
        try {
            return admin
                    .listConsumerGroupOffsets(options.groupId())
                    .partitionsToOffsetAndMetadata()
                    .get(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .values()
                    .stream()
                    .mapToLong(OffsetAndMetadata::offset)
                    .sum();
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException("cannot read the committed offsets", e);
        }
    }

    /** Reads what has come, waiting at most that long for the first record. */
    void read(Duration atMost) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(atMost)) {
            try {
                if (record.topic().equals(options.deltasTopic())) {
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

    int sent() {
        return sent;
    }

    int answered() {
        return deltas.stream().mapToInt(WeightDelta::getAnsweredWindows).sum();
    }

    List<WeightDelta> deltas() {
        return Collections.unmodifiableList(deltas);
    }

    List<DeadLetter> deadLetters() {
        return Collections.unmodifiableList(deadLetters);
    }

    /** The delta of each device that reaches furthest. */
    Map<String, WeightDelta> newestDeltas() {
        Map<String, WeightDelta> newest = new HashMap<>();
        for (WeightDelta delta : deltas) {
            newest.merge(
                    delta.getDeviceId(),
                    delta,
                    (a, b) -> b.getLastSequence() >= a.getLastSequence() ? b : a);
        }
        return newest;
    }

    long newestSequence(String device) {
        WeightDelta delta = newestDeltas().get(device);
        return delta == null ? -1 : delta.getLastSequence();
    }

    JobClient client() {
        return client;
    }

    @Override
    public void close() {
        producer.close(Duration.ZERO);
        consumer.close();
        flink.cancel(client, PATIENCE);
    }
}
