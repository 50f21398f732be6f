package duet.jobs.generation;

import static duet.jobs.generation.Windows.window;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.jobs.history.DeviceHistory;
import duet.schemas.delta.DeltaChecksum;
import duet.schemas.delta.DeltaCodec;
import duet.schemas.record.LayerDelta;
import duet.schemas.record.WeightDelta;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeltaAssemblyTest {
    private final PendingDevice device = new PendingDevice();

    private static DeltaAssembly assembly(DeltaEncoding encoding) {
        return new DeltaAssembly(Windows.VERSION, PlainGenerator.DIMENSIONS, encoding);
    }

    @ParameterizedTest
    @EnumSource
    void aDeltaSaysWhoseItIsWhatItAnswersAndHoldsTogether(DeltaEncoding encoding) throws Exception {
        device.add(
                window("d-1", 0, 0, 1, 2),
                DeviceHistory.empty().merge(0, new long[] {1, 2}, 6).history());
        DeviceWindow last = window("d-1", 1, 2, 3);
        long[] items = {1, 2, 3};
        device.add(last, DeviceHistory.empty().merge(0, items, 6).history());

        WeightDelta delta =
                assembly(encoding)
                        .assemble(device, (d, n) -> PlainGenerator.layer(items, n), 0, 5_000_000);

        assertThat(delta.getDeviceId()).isEqualTo("d-1");
        assertThat(delta.getModelVersion()).isEqualTo(Windows.VERSION);
        assertThat(delta.getLastSequence()).isEqualTo(2);
        assertThat(delta.getAnsweredWindows()).isEqualTo(2);
        assertThat(delta.getWindowSentAtMicros()).isEqualTo(last.sentAtMicros());
        assertThat(delta.getReceivedAtMicros()).isEqualTo(last.receivedAtMicros());
        assertThat(delta.getGeneratedAtMicros()).isEqualTo(5_000_000);
        assertThat(delta.getChecksum()).isEqualTo(DeltaChecksum.of(delta));
        assertThat(delta.getLayers())
                .extracting(LayerDelta::getName)
                .containsExactly("dynamic.1", "dynamic.2");
        for (int n = 1; n <= 2; n++) {
            assertThat(DeltaCodec.decode(delta.getLayers().get(n - 1)))
                    .usingComparatorWithPrecision(encoding == DeltaEncoding.INT8 ? 0.003f : 0f)
                    .containsExactly(PlainGenerator.layer(items, n));
        }
    }

    @Test
    void aNumberThatIsNotFiniteMakesNoDelta() {
        device.add(
                window("d-1", 0, 0, PlainGenerator.POISON),
                DeviceHistory.empty().merge(0, new long[] {PlainGenerator.POISON}, 6).history());

        assertThatThrownBy(
                        () ->
                                assembly(DeltaEncoding.INT8)
                                        .assemble(
                                                device,
                                                (d, n) ->
                                                        PlainGenerator.layer(
                                                                device.history().items(), n),
                                                0,
                                                0))
                .isInstanceOf(UnusableDeltaException.class)
                .hasMessageContaining("NaN");
    }

    @Test
    void aLayerOfTheWrongSizeIsAFaultOfTheJobNotOfTheDevice() {
        device.add(
                window("d-1", 0, 0, 1),
                DeviceHistory.empty().merge(0, new long[] {1}, 6).history());

        assertThatThrownBy(
                        () ->
                                assembly(DeltaEncoding.INT8)
                                        .assemble(device, (d, n) -> new float[3], 0, 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("3 numbers for dynamic.1, the model has 20");
    }
}
