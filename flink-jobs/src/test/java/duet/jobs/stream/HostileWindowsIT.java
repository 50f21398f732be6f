package duet.jobs.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import duet.device.ApplyOutcome;
import duet.device.Device;
import duet.device.DeviceModel;
import duet.jobs.config.DeliveryOptions;
import duet.jobs.config.DuetOptions;
import duet.jobs.generation.DeltaEncoding;
import duet.model.bundle.BundleExport;
import duet.model.serving.ServedGenerator;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.GeneratorSizes;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.record.DeadLetter;
import duet.schemas.record.InteractionWindow;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.Records;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("Windows in the name of other devices")
class HostileWindowsIT {
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

    @TempDir Path directory;

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private ModelBundle bundle() {
        return BundleExport.untrained(
                directory.resolve("bundle"),
                DIMENSIONS,
                Vocabulary.of(LongStream.rangeClosed(1, ITEMS).toArray()),
                7);
    }

    /** A window of as many interactions as a history holds, enough to replace it. */
    private static byte[] forged(String device, String version, long first, Random random) {
        return Records.windowEncoder()
                .encode(
                        SyntheticDevice.window(
                                device,
                                version,
                                first,
                                random.longs(HISTORY, 1, ITEMS + 1L).toArray()));
    }

    @Test
    @DisplayName("change nothing for these, whose own are all answered")
    void changeNothing() throws Exception {
        ModelBundle bundle = bundle();
        String version = bundle.modelVersion();
        Configuration config =
                DrivenJob.configuration(SharedCluster.broker(), bundle, "hostile-windows");
        config.set(DuetOptions.ENCODING, DeltaEncoding.FLOAT32);
        List<SyntheticDevice> devices =
                IntStream.range(0, 5)
                        .mapToObj(i -> new SyntheticDevice("d-" + i, version, 60, ITEMS, i))
                        .toList();
        Random random = new Random(5);
        int hostile = 0;
        int honest = 0;
        try (DrivenJob job = DrivenJob.of(SharedCluster.flink(), config)) {
            job.start();
            for (SyntheticDevice device : devices) {
                for (InteractionWindow window : device.windowsOvertaking(0, 60)) {
                    job.sendRaw(
                            bytes("attacker"),
                            forged(device.id(), version, window.getFirstSequence() + 5, random));
                    job.sendRaw(null, forged(device.id(), version, 1_000, random));
                    job.sendRaw(
                            bytes(device.id()),
                            forged(
                                    device.id(),
                                    version,
                                    Long.MAX_VALUE - 50 - random.nextInt(100),
                                    random));
                    hostile += 3;
                    job.send(window);
                    honest++;
                }
            }
            job.awaitAllAnswered();

            assertThat(job.deadLetters()).hasSize(hostile);
            assertThat(job.answered()).isEqualTo(honest);
            assertThat(job.deadLetters())
                    .extracting(DeadLetter::getReason)
                    .allMatch(
                            reason ->
                                    reason.endsWith(", its key must be the device id")
                                            || reason.contains("the largest jump is 1,000,000")
                                            || reason.contains("no device counts beyond"));
            assertOwnWeights(job, bundle, devices);
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("that nobody has are forgotten, and their deltas leave the topic")
    void madeUpIds(DeliveryOptions.Delivery delivery) throws Exception {
        ModelBundle bundle = bundle();
        String version = bundle.modelVersion();
        Configuration config =
                DrivenJob.configuration(
                        SharedCluster.broker(), bundle, "made-up-ids-" + delivery.ordinal());
        config.set(DuetOptions.ENCODING, DeltaEncoding.FLOAT32);
        config.set(DuetOptions.DELIVERY, delivery);
        int most = 20;
        config.set(DuetOptions.MAX_DEVICES, most);
        SyntheticDevice honest = new SyntheticDevice("d-0", version, HISTORY, ITEMS, 0);
        Random random = new Random(5);
        List<String> madeUp = new ArrayList<>();
        try (DrivenJob job = DrivenJob.of(SharedCluster.flink(), config)) {
            job.start();
            for (InteractionWindow window : honest.windowsOvertaking(0, HISTORY)) {
                job.send(window);
                for (int i = 0; i < most / 2; i++) {
                    String device = "made-up-" + madeUp.size();
                    madeUp.add(device);
                    job.sendRaw(bytes(device), forged(device, version, 0, random));
                }
                job.awaitAllAnswered();
            }
            job.awaitCheckpointOfAllSent();

            assertThat(job.deadLetters()).isEmpty();
            assertThat(job.answered()).isEqualTo(job.sent());
            assertThat(job.tombstones())
                    .doesNotHaveDuplicates()
                    .isSubsetOf(madeUp)
                    .hasSizeBetween(
                            madeUp.size() + 1 - DrivenJob.PARALLELISM * most, madeUp.size() - most);
            assertOwnWeights(job, bundle, List.of(honest));
        }
    }

    /** Each device holds what the generator gives for its own interactions. */
    private static void assertOwnWeights(
            DrivenJob job, ModelBundle bundle, List<SyntheticDevice> devices) {
        DeviceModel model = DeviceModel.load(bundle);
        try (ServedGenerator offline = ServedGenerator.load(bundle)) {
            for (SyntheticDevice synthetic : devices) {
                Device device = new Device(synthetic.id(), model);
                float[] global = device.layer(1);
                for (WeightDelta delta : job.deltas()) {
                    if (delta.getDeviceId().equals(synthetic.id())) {
                        assertThat(device.apply(delta))
                                .isIn(ApplyOutcome.APPLIED, ApplyOutcome.STALE);
                    }
                }
                assertThat(device.lastSequence()).isEqualTo(synthetic.lastSequence());
                long[] items = synthetic.items();
                long[] newest = Arrays.copyOfRange(items, items.length - HISTORY, items.length);
                float[] expected = offline.generate(List.of(newest)).layer(0, 1);
                float[] actual = device.layer(1);
                for (int i = 0; i < actual.length; i++) {
                    assertThat((double) actual[i])
                            .isCloseTo(global[i] + expected[i], within(FLOAT_TOLERANCE));
                }
            }
        }
    }
}
