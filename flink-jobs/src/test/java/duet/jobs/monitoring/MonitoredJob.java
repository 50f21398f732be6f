package duet.jobs.monitoring;

import duet.embedded.flink.EmbeddedFlink;
import duet.embedded.flink.JobMetrics;
import duet.embedded.kafka.EmbeddedBroker;
import duet.jobs.ParameterGenerationJob;
import duet.jobs.config.DuetOptions;
import duet.jobs.config.GenerationOptions;
import duet.operations.broker.KafkaClients;
import duet.operations.topics.DuetTopics;
import duet.schemas.Topics;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.record.InteractionWindow;
import duet.schemas.serde.Interactions;
import duet.schemas.serde.Records;
import duet.testkit.Eventually;
import duet.testkit.SyntheticModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * The generation job on a cluster with Flink settings of the test's own, and a producer of its
 * windows.
 */
final class MonitoredJob implements AutoCloseable {

    private static final String DEVICE = "device";

    private final ModelBundle bundle;
    private final EmbeddedBroker broker;
    private final EmbeddedFlink flink;
    private final JobClient job;
    private final KafkaProducer<byte[], byte[]> producer;

    private MonitoredJob(
            ModelBundle bundle, EmbeddedBroker broker, EmbeddedFlink flink, JobClient job) {
        this.bundle = bundle;
        this.broker = broker;
        this.flink = flink;
        this.job = job;
        this.producer = KafkaClients.producer(broker.bootstrapServers());
    }

    /**
     * Starts everything and returns when all tasks run; nothing is left behind where that fails.
     */
    static MonitoredJob start(Path directory, Configuration flinkSettings) {
        ModelBundle bundle = SyntheticModel.write(directory.resolve("bundle"));
        EmbeddedBroker broker = EmbeddedBroker.start();
        EmbeddedFlink flink = null;
        try {
            broker.createTopics(DuetTopics.all(2));
            flink = EmbeddedFlink.start(1, flinkSettings);
            Configuration options = new Configuration();
            options.set(DuetOptions.BOOTSTRAP_SERVERS, broker.bootstrapServers());
            options.set(DuetOptions.BUNDLE, bundle.directory().toString());
            options.set(DuetOptions.CHECKPOINT_INTERVAL, Duration.ofMillis(500));
            StreamExecutionEnvironment environment = flink.environment();
            ParameterGenerationJob.addTo(environment, GenerationOptions.from(options));
            JobClient job = flink.submit(environment, "monitored");
            flink.awaitRunning(job, Eventually.limit());
            return new MonitoredJob(bundle, broker, flink, job);
        } catch (RuntimeException | Error e) {
            if (flink != null) {
                flink.close();
            }
            broker.close();
            throw e;
        }
    }

    String modelVersion() {
        return bundle.modelVersion();
    }

    /** An encoded window of one interaction for a model version. */
    static byte[] window(String modelVersion, long sequence) {
        return Records.windowEncoder()
                .encode(
                        new InteractionWindow(
                                DEVICE,
                                modelVersion,
                                sequence,
                                List.of(
                                        Interactions.ofItem(
                                                SyntheticModel.FIRST_ITEM + sequence % 10, 0)),
                                System.currentTimeMillis() * 1_000));
    }

    /** Sends bytes as a window of a device. */
    void send(byte[] value) {
        producer.send(
                new ProducerRecord<>(
                        Topics.WINDOWS, DEVICE.getBytes(StandardCharsets.UTF_8), value));
    }

    /** Waits until all that was sent has arrived. */
    void flush() {
        producer.flush();
    }

    JobMetrics metrics() {
        return flink.metrics();
    }

    @Override
    public void close() {
        try (broker;
                flink;
                producer) {
            flink.cancel(job, Eventually.limit());
        }
    }
}
