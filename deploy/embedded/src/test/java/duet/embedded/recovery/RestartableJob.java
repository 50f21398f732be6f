package duet.embedded.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import duet.embedded.flink.EmbeddedFlink;
import duet.embedded.kafka.EmbeddedBroker;
import duet.jobs.DuetOptions;
import duet.jobs.GenerationOptions;
import duet.jobs.ParameterGenerationJob;
import duet.schemas.record.InteractionWindow;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.RecordDecoder;
import duet.schemas.serde.RecordEncoder;
import duet.schemas.serde.Records;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A generation job that is stopped with a savepoint and started again from one, at another parallelism or on another state
 * backend, while its topics, and what it wrote to them, stay. Its reader sees committed records only.
 */
final class RestartableJob implements AutoCloseable {
    static final int PARTITIONS = 4;

    static final Duration PATIENCE = Duration.ofSeconds(90);

    private final EmbeddedFlink flink;
    private final Configuration config;
    private final GenerationOptions options;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Admin admin;
    private final RecordEncoder<InteractionWindow> encoder = Records.windowEncoder();
    private final RecordDecoder<WeightDelta> decoder = Records.deltaDecoder();
    private final List<WeightDelta> deltas = new ArrayList<>();
    private int deadLetters;
    private JobClient client;
    private int sent;
    private int seen;

    private RestartableJob(EmbeddedFlink flink, Configuration config) {
        this.flink = flink;
        this.config = config;
        options = GenerationOptions.from(config);
        producer =
                new KafkaProducer<>(
                        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, options.bootstrapServers()),
                        new ByteArraySerializer(),
                        new ByteArraySerializer());
        consumer =
                new KafkaConsumer<>(
                        Map.of(
                                ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                options.bootstrapServers(),
                                ConsumerConfig.ISOLATION_LEVEL_CONFIG,
                                "read_committed"),
                        new ByteArrayDeserializer(),
                        new ByteArrayDeserializer());
        admin =
                Admin.create(
                        Map.of(
                                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                                options.bootstrapServers()));
        List<TopicPartition> partitions =
                Stream.of(options.deltasTopic(), options.deadLettersTopic())
                        .flatMap(
                                topic ->
                                        IntStream.range(0, PARTITIONS)
                                                .mapToObj(p -> new TopicPartition(topic, p)))
                        .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** A job that is not started yet, on topics of that name, which are created. */
    static RestartableJob create(
            EmbeddedBroker broker, EmbeddedFlink flink, Path bundle, String name) {
        broker.createTopics(topics(name));
        return of(broker.bootstrapServers(), flink, bundle, name, new Configuration());
    }

    /** A job that is not started yet, on topics of that name, which exist, with options of the caller's own. */
    static RestartableJob of(
            String bootstrapServers,
            EmbeddedFlink flink,
            Path bundle,
            String name,
            Configuration overrides) {
        Configuration config = configuration(bootstrapServers, bundle, name);
        config.addAll(overrides);
        return new RestartableJob(flink, config);
    }

    /** Options of a job on topics of that name. */
    static Configuration configuration(String bootstrapServers, Path bundle, String name) {
        Configuration config = new Configuration();
        config.set(DuetOptions.BOOTSTRAP_SERVERS, bootstrapServers);
        config.set(DuetOptions.BUNDLE, bundle.toString());
        config.set(DuetOptions.WINDOWS_TOPIC, name + ".windows");
        config.set(DuetOptions.DELTAS_TOPIC, name + ".deltas");
        config.set(DuetOptions.DEAD_LETTERS_TOPIC, name + ".dead-letters");
        config.set(DuetOptions.MODELS_TOPIC, name + ".models");
        config.set(DuetOptions.RELEASE_STATUS_TOPIC, name + ".release-status");
        config.set(DuetOptions.GROUP_ID, name);
        config.set(DuetOptions.CHECKPOINT_INTERVAL, Duration.ofMillis(200));
        return config;
    }

    /** The topics of a job of that name. */
    static List<NewTopic> topics(String name) {
        return Stream.of("windows", "deltas", "dead-letters", "models", "release-status")
                .map(topic -> new NewTopic(name + "." + topic, PARTITIONS, (short) 1))
                .toList();
    }

    /** Starts the job without state. */
    void start(int parallelism) {
        start(parallelism, new Configuration());
    }

    /** Starts the job with settings of Flink's. */
    void start(int parallelism, Configuration settings) {
        StreamExecutionEnvironment env = flink.environment();
        Configuration all = new Configuration(config);
        all.addAll(settings);
        all.set(CoreOptions.DEFAULT_PARALLELISM, parallelism);
        env.configure(all);
        ParameterGenerationJob.addTo(env, options);
        client = flink.submit(env, "job of " + options.groupId());
    }

    /** Stops the job with a savepoint in the canonical format, which is good for every state backend; its path. */
    String stop(Path directory) throws Exception {
        return client.stopWithSavepoint(
                        false, directory.toUri().toString(), SavepointFormatType.CANONICAL)
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Ends the job at once, without a savepoint. */
    void cancel() {
        flink.cancel(client, PATIENCE);
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

    /** Makes sure that everything sent is in the topic. */
    void flush() {
        producer.flush();
    }

    /**
     * Every window that was sent is part of a completed checkpoint, so all that follows from it is in Kafka; and all of that
     * is read.
     */
    void awaitCheckpointOfAllSent() {
        await("checkpoint of all that was sent", () -> committed() >= sent);
        readToEnd();
    }

    /** Reads all that the job has written so far. */
    void readToEnd() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        await(
                "end of what the job wrote",
                () ->
                        ends.entrySet().stream()
                                .allMatch(
                                        end -> consumer.position(end.getKey()) >= end.getValue()));
    }

    /** Reads on until the condition holds. */
    void await(String what, BooleanSupplier condition) {
        producer.flush();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                fail(
                        "no %s within %d s: %d sent, %d committed, %d deltas, %d dead letters, job %s",
                        what,
                        PATIENCE.toSeconds(),
                        sent,
                        committed(),
                        deltas.size(),
                        deadLetters,
                        client.getJobStatus().join());
            }
            read(Duration.ofMillis(50));
        }
    }

    private long committed() {
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

    private void read(Duration atMost) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(atMost)) {
            if (record.topic().equals(options.deadLettersTopic())) {
                deadLetters++;
                continue;
            }
            try {
                WeightDelta delta = decoder.decode(record.value());
                assertThat(new String(record.key(), StandardCharsets.UTF_8))
                        .isEqualTo(delta.getDeviceId());
                deltas.add(delta);
            } catch (MalformedRecordException e) {
                fail("the job wrote a record that cannot be read", e);
            }
        }
    }

    int sent() {
        return sent;
    }

    /** Records in the dead letters. */
    int deadLetters() {
        return deadLetters;
    }

    /** Windows that the deltas answer. */
    int answered() {
        return deltas.stream().mapToInt(WeightDelta::getAnsweredWindows).sum();
    }

    /** Whether a delta came since this was asked before. */
    boolean answersAnything() {
        boolean more = deltas.size() > seen;
        seen = deltas.size();
        return more;
    }

    /** All deltas in the order they were written for each device. */
    List<WeightDelta> deltas() {
        return Collections.unmodifiableList(deltas);
    }

    /** The last delta of each device. */
    Map<String, WeightDelta> lastDeltas() {
        Map<String, WeightDelta> last = new HashMap<>();
        deltas.forEach(delta -> last.put(delta.getDeviceId(), delta));
        return last;
    }

    GenerationOptions options() {
        return options;
    }

    JobClient client() {
        return client;
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
