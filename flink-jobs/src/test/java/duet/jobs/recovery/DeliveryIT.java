package duet.jobs.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import duet.jobs.config.DeliveryOptions.Delivery;
import duet.jobs.config.DuetOptions;
import duet.jobs.stream.DrivenJob;
import duet.jobs.stream.SharedCluster;
import duet.schemas.bundle.ModelBundle;
import duet.testkit.BrokerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.ExternalizedCheckpointRetention;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A reader of committed records")
class DeliveryIT {
    private static final int DEVICES = 200;
    private static final int INTERACTIONS = 60;

    /** Times that the windows are sent in: before a kill of the broker each, and after the last. */
    private static final int PARTS = 4;

    @TempDir static Path directory;
    private static BrokerProcess broker;
    private static ModelBundle bundle;

    @BeforeAll
    static void start() throws Exception {
        bundle = PastModel.write(directory.resolve("bundle"), false);
        broker = BrokerProcess.start(Files.createDirectory(directory.resolve("broker")));
    }

    @AfterAll
    static void stop() throws Exception {
        if (broker != null) {
            broker.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "misses nothing when the broker is killed during commits and the job between"
                    + " checkpoints, and sees nothing twice where that was asked for")
    void seesAll(Delivery delivery, TestReporter reporter) throws Exception {
        List<PastDevice> devices =
                IntStream.range(0, DEVICES)
                        .mapToObj(
                                i ->
                                        PastDevice.random(
                                                "d-" + i, new SplittableRandom(i), INTERACTIONS))
                        .toList();
        Path checkpoints = directory.resolve("checkpoints-" + delivery);
        Configuration settings = new Configuration();
        settings.set(CheckpointingOptions.CHECKPOINT_STORAGE, "filesystem");
        settings.set(CheckpointingOptions.CHECKPOINTS_DIRECTORY, checkpoints.toUri().toString());
        settings.set(
                CheckpointingOptions.EXTERNALIZED_CHECKPOINT_RETENTION,
                ExternalizedCheckpointRetention.RETAIN_ON_CANCELLATION);
        String name = "delivery-" + delivery;
        broker.createTopics(DrivenJob.topics(name));
        Configuration options = DrivenJob.configuration(broker.bootstrapServers(), bundle, name);
        options.set(DuetOptions.DELIVERY, delivery);
        options.set(DuetOptions.CHECKPOINT_INTERVAL, Duration.ofMillis(300));
        options.set(DuetOptions.TRANSACTION_TIMEOUT, Duration.ofMinutes(10));
        try (DrivenJob job = DrivenJob.of(SharedCluster.flink(), options);
                OfflineWeights offline = OfflineWeights.load(bundle)) {
            job.start(2, settings);
            for (int part = 0; part < PARTS; part++) {
                Iterator<Runnable> load = load(job, devices, part);
                load.next().run();
                if (part == PARTS / 2) {
                    job.await("answer before the job is killed", job::answersAnything);
                    load.next().run();
                    job.cancel();
                    settings.set(StateRecoveryOptions.SAVEPOINT_PATH, newest(checkpoints));
                    job.start(2, settings);
                } else if (part < PARTS - 1) {
                    job.await("answer before the broker is killed", job::answersAnything);
                    broker.killAtACommit(load);
                    broker.startAgain();
                }
                load.forEachRemaining(Runnable::run);
            }
            job.awaitCheckpointOfAllSent();
            job.stop(directory);
            job.readToEnd();

            int twice = job.answered() - job.sent();
            reporter.publishEntry("windows answered twice, " + delivery, String.valueOf(twice));
            assertThat(job.deadLetters()).isEmpty();
            if (delivery == Delivery.EXACTLY_ONCE) {
                assertThat(twice).isZero();
            } else {
                assertThat(twice).isNotNegative();
            }
            for (PastDevice device : devices) {
                offline.assertGeneratedFrom(
                        job.lastDeltas().get(device.id()), device, device.newestOfAll());
            }
        }
    }

    /** Sends the windows of one part, of all devices in turn: one of each device at a time. */
    private static Iterator<Runnable> load(DrivenJob job, List<PastDevice> devices, int part) {
        int longest = devices.stream().mapToInt(d -> d.before().size()).max().orElseThrow();
        return IntStream.range(longest * part / PARTS, longest * (part + 1) / PARTS)
                .<Runnable>mapToObj(i -> () -> sendOneOfEach(job, devices, i))
                .iterator();
    }

    private static void sendOneOfEach(DrivenJob job, List<PastDevice> devices, int index) {
        for (PastDevice device : devices) {
            if (index < device.before().size()) {
                job.send(device.window(device.before().get(index), bundle.modelVersion(), false));
            }
        }
    }

    /** The newest complete checkpoint that a job left behind. */
    private static String newest(Path checkpoints) throws IOException {
        try (Stream<Path> files = Files.walk(checkpoints)) {
            return files.filter(file -> file.endsWith("_metadata"))
                    .max(
                            Comparator.comparingLong(
                                    file ->
                                            Long.parseLong(
                                                    file.getParent()
                                                            .getFileName()
                                                            .toString()
                                                            .substring("chk-".length()))))
                    .orElseThrow()
                    .getParent()
                    .toUri()
                    .toString();
        }
    }
}
