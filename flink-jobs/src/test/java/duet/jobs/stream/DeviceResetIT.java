package duet.jobs.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import duet.device.ApplyOutcome;
import duet.device.Device;
import duet.device.DeviceModel;
import duet.device.FileOrderStore;
import duet.jobs.config.DuetOptions;
import duet.jobs.generation.DeltaEncoding;
import duet.jobs.security.PemKeys;
import duet.model.bundle.BundleExport;
import duet.model.serving.ServedGenerator;
import duet.operations.devices.DeviceResets;
import duet.schemas.Topics;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.GeneratorSizes;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.record.DeviceReset;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.Records;
import duet.schemas.signature.Verifier;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.flink.configuration.Configuration;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("A device whose numbers somebody else moved ahead")
class DeviceResetIT {
    private static final int ITEMS = 50;
    private static final int HISTORY = 30;
    private static final Dimensions DIMENSIONS =
            new Dimensions(
                    ITEMS,
                    HISTORY,
                    30,
                    new DeviceSizes(32, 1, 1, 32),
                    2,
                    GeneratorSizes.recurrent(32, 32, 32, 16, 2));
    private static final double FLOAT_TOLERANCE = 1e-5;
    private static final String DEVICE = "d-42";

    /** What an attacker leaves out, within the largest jump. */
    private static final long JUMP = 900_000;

    @TempDir Path directory;

    private final Random random = new Random(11);
    private ModelBundle bundle;
    private DeviceModel model;
    private DrivenJob job;
    private Device device;
    private int taken;

    /** The next number of the device's own. */
    private long next;

    /** As when the process of the device starts. */
    private Device started(Verifier verifier) {
        return new Device(
                DEVICE, model, verifier, new FileOrderStore(directory.resolve("order"), DEVICE));
    }

    private long[] items(int count) {
        return random.longs(count, 1, ITEMS + 1L).toArray();
    }

    /** The device sends what it did since it sent before. */
    private void sends(long... items) {
        job.send(SyntheticDevice.window(DEVICE, bundle.modelVersion(), next, items));
        next += items.length;
    }

    /** Gives the device what came; returns the delta that it applied last, if any. */
    private WeightDelta receives() {
        WeightDelta applied = null;
        while (taken < job.deltas().size()) {
            WeightDelta delta = job.deltas().get(taken++);
            if (device.apply(delta) == ApplyOutcome.APPLIED) {
                applied = delta;
            }
        }
        return applied;
    }

    private static void reset(String device) {
        List<DeviceReset> resets =
                DeviceResets.of(
                        List.of(device),
                        "numbers far ahead",
                        ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()));
        try (DeviceResets topic =
                new DeviceResets(
                        Map.of(
                                ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
                                SharedCluster.broker().bootstrapServers()))) {
            topic.write(resets);
        }
    }

    @Test
    @DisplayName("is itself again after a reset, and what was made before never applies again")
    void isItselfAgain() throws Exception {
        bundle =
                BundleExport.untrained(
                        directory.resolve("bundle"),
                        DIMENSIONS,
                        Vocabulary.of(LongStream.rangeClosed(1, ITEMS).toArray()),
                        7);
        model = DeviceModel.load(bundle);
        PemKeys keys = PemKeys.make(directory);
        Verifier verifier = Verifier.read(keys.publicKey());
        Configuration config =
                DrivenJob.configuration(SharedCluster.broker(), bundle, "device-reset");
        config.set(DuetOptions.ENCODING, DeltaEncoding.FLOAT32);
        config.set(DuetOptions.SIGNING_PRIVATE_KEY, keys.privateKey().toString());
        SharedCluster.broker()
                .createTopics(List.of(new NewTopic(Topics.DEVICE_RESETS, 1, (short) 1)));
        config.set(DuetOptions.DEVICE_RESETS_TOPIC, Topics.DEVICE_RESETS);
        device = started(verifier);
        try (DrivenJob driven = DrivenJob.of(SharedCluster.flink(), config)) {
            job = driven;
            job.start();
            sends(items(5));
            job.awaitAllAnswered();
            assertThat(receives().getLastSequence()).isEqualTo(next - 1);

            // Under the device's key, as whoever may write the topic can.
            job.sendRaw(
                    DEVICE.getBytes(StandardCharsets.UTF_8),
                    Records.windowEncoder()
                            .encode(
                                    SyntheticDevice.window(
                                            DEVICE,
                                            bundle.modelVersion(),
                                            next + JUMP,
                                            items(HISTORY))));
            job.awaitAllAnswered();
            WeightDelta poisoned = receives();
            assertThat(poisoned.getLastSequence()).isGreaterThan(next + JUMP);
            sends(items(HISTORY));
            job.awaitAllAnswered();
            receives();
            assertThat(job.deadLetters()).isEmpty();
            assertThat(device.lastSequence())
                    .as("locked out of its own")
                    .isEqualTo(poisoned.getLastSequence());

            reset(DEVICE);
            job.await(
                    "a delta of the new epoch",
                    () -> {
                        sends(items(1));
                        receives();
                        return device.lastSequence() < JUMP;
                    });
            long[] newest = items(HISTORY);
            sends(newest);
            job.awaitAllAnswered();
            receives();

            assertHolds(newest);
            assertThat(device.apply(poisoned)).isEqualTo(ApplyOutcome.STALE);
            Device restarted = started(verifier);
            assertThat(restarted.apply(poisoned)).isEqualTo(ApplyOutcome.STALE);
            device = restarted;
            taken = 0;
            receives();
            assertHolds(newest);
        }
    }

    /** The device holds what the generator gives for these interactions, its newest. */
    private void assertHolds(long[] newest) {
        assertThat(device.lastSequence()).isEqualTo(next - 1);
        float[] global = new Device(DEVICE, model).layer(1);
        float[] actual = device.layer(1);
        try (ServedGenerator offline = ServedGenerator.load(bundle)) {
            float[] expected = offline.generate(List.of(newest)).layer(0, 1);
            for (int i = 0; i < actual.length; i++) {
                assertThat((double) actual[i])
                        .isCloseTo(global[i] + expected[i], within(FLOAT_TOLERANCE));
            }
        }
    }
}
