package duet.bench.startup;

import duet.bench.measurement.WindowBacklog;
import duet.device.ApplyOutcome;
import duet.device.Device;
import duet.device.DeviceModel;
import duet.embedded.EmbeddedStack;
import duet.jobs.ParameterGenerationJob;
import duet.jobs.config.DuetOptions;
import duet.operations.broker.KafkaClients;
import duet.schemas.Topics;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.Records;
import duet.simulator.workload.SyntheticCatalogue;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Runs what {@link StartUpBench} starts: everything in one JVM, one device with one window, and the
 * delta that it gets.
 */
final class StartUpProcess {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration POLL = Duration.ofMillis(10);
    private static final int PARALLELISM = 1;
    private static final double MILLIS = 1e3;

    private StartUpProcess() {}

    /**
     * Runs once and ends the JVM.
     *
     * @param args bundle, and the file that the seconds until it is ready and until the delta is
     *     applied are written to
     */
    public static void main(String[] args) throws IOException, MalformedRecordException {
        ModelBundle bundle = ModelBundle.open(Path.of(args[0]));
        Device device = new Device("bench-0", DeviceModel.load(bundle));
        try (EmbeddedStack stack =
                EmbeddedStack.start(
                        ParameterGenerationJob.serving(
                                bundle.directory(), DuetOptions.ENCODING.defaultValue()),
                        PARALLELISM)) {
            double ready = sinceStart();
            new WindowBacklog(
                            SyntheticCatalogue.forModel(bundle.vocabulary()),
                            bundle.dimensions().history(),
                            bundle.modelVersion())
                    .write(
                            stack.bootstrapServers(),
                            Map.of(Topics.WINDOWS, 1),
                            1,
                            1,
                            System.currentTimeMillis());
            WeightDelta delta = Records.deltaDecoder().decode(firstDelta(stack));
            ApplyOutcome outcome = device.apply(delta);
            if (outcome != ApplyOutcome.APPLIED) {
                throw new IllegalStateException("the device did not take its delta: " + outcome);
            }
            Files.writeString(Path.of(args[1]), ready + " " + sinceStart(), StandardCharsets.UTF_8);
        }
        System.exit(0);
    }

    private static byte[] firstDelta(EmbeddedStack stack) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                KafkaClients.consumer(stack.bootstrapServers())) {
            List<TopicPartition> partitions =
                    IntStream.range(0, consumer.partitionsFor(Topics.DELTAS).size())
                            .mapToObj(partition -> new TopicPartition(Topics.DELTAS, partition))
                            .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() < deadline) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (record.value() != null) {
                        return record.value();
                    }
                }
                stack.requireRunning();
            }
            throw new IllegalStateException("no delta came within " + PATIENCE.toSeconds() + " s");
        }
    }

    private static double sinceStart() {
        return (System.currentTimeMillis() - ManagementFactory.getRuntimeMXBean().getStartTime())
                / MILLIS;
    }
}
