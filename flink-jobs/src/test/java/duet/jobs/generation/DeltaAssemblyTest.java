package duet.jobs.generation;

import static duet.jobs.generation.Windows.window;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.jobs.history.DeviceHistory;
import duet.jobs.history.ItemIds;
import duet.schemas.bundle.Dimensions;
import duet.schemas.delta.DeltaChecksum;
import duet.schemas.delta.DeltaCodec;
import duet.schemas.record.LayerDelta;
import duet.schemas.record.WeightDelta;
import java.util.function.IntFunction;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeltaAssemblyTest {
    private final PendingDevice device = new PendingDevice();

    private static DeltaAssembly assembly(DeltaEncoding encoding) {
        return new DeltaAssembly(Windows.VERSION, PlainGenerator.DIMENSIONS, encoding, null);
    }

    /** Deltas that have the same layers for every device. */
    private static DeltaGenerator.Deltas layers(IntFunction<float[]> layers) {
        return new DeltaGenerator.Deltas() {
            @Override
            public float[] embedding(int device) {
                throw new UnsupportedOperationException("a delta holds no embedding");
            }

            @Override
            public float[] layer(int device, int n) {
                return layers.apply(n);
            }
        };
    }

    @ParameterizedTest
    @EnumSource
    void aDeltaSaysWhoseItIsWhatItAnswersAndHoldsTogether(DeltaEncoding encoding) throws Exception {
        device.add(
                window("d-1", 0, 0, 1, 2),
                DeviceHistory.empty().merge(0, new ItemIds(1, 2), 6).history());
        DeviceWindow last = window("d-1", 1, 2, 3);
        long[] items = {1, 2, 3};
        device.add(last, DeviceHistory.empty().merge(0, new ItemIds(items), 6).history());

        WeightDelta delta =
                assembly(encoding)
                        .assemble(
                                device,
                                77,
                                layers(n -> PlainGenerator.layer(items, n)),
                                0,
                                5_000_000);

        assertThat(delta.getDeviceId()).isEqualTo("d-1");
        assertThat(delta.getModelVersion()).isEqualTo(Windows.VERSION);
        assertThat(delta.getLastSequence()).isEqualTo(2);
        assertThat(delta.getAnsweredWindows()).isEqualTo(2);
        assertThat(delta.getWindowSentAtMicros()).isEqualTo(last.sentAtMicros());
        assertThat(delta.getReceivedAtMicros()).isEqualTo(last.receivedAtMicros());
        assertThat(delta.getGeneratedAtMicros()).isEqualTo(5_000_000);
        assertThat(delta.getEpoch()).isEqualTo(77);
        assertThat(delta.getChecksum()).isEqualTo(DeltaChecksum.of(delta));
        assertThat(delta.getLayers())
                .extracting(LayerDelta::getName)
                .containsExactly("dynamic.1", "dynamic.2");
        for (int n = 1; n <= 2; n++) {
            assertThat(delta.getLayers().get(n - 1).getRank()).isZero();
            assertThat(DeltaCodec.decode(delta.getLayers().get(n - 1)))
                    .usingComparatorWithPrecision(
                            switch (encoding) {
                                case FLOAT32 -> 0f;
                                case INT8 -> 0.002f;
                                case INT4 -> 0.036f;
                            })
                    .containsExactly(PlainGenerator.layer(items, n));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDeltaHasTheModelsRank(DeltaEncoding encoding) throws Exception {
        device.add(
                window("d-1", 0, 0, 1),
                DeviceHistory.empty().merge(0, new ItemIds(1), 6).history());
        Dimensions ofRank = PlainGenerator.DIMENSIONS.withRank(1);
        float[] factors = {1, 2, 3, 4, 0.5f, 0.25f, -1, 2, 5, 6, 7, 8};

        WeightDelta delta =
                new DeltaAssembly(Windows.VERSION, ofRank, encoding, null)
                        .assemble(device, 0, layers(n -> factors), 0, 0);

        for (LayerDelta layer : delta.getLayers()) {
            assertThat(layer.getShape()).containsExactly(5, 4);
            assertThat(layer.getRank()).isEqualTo(1);
            float[] tolerance = DeltaCodec.tolerance(5, 4, 1, factors, layer.getEncoding());
            float[] decoded = DeltaCodec.decode(layer);
            for (int i = 0; i < 20; i++) {
                float exact = i < 16 ? factors[i / 4] * factors[4 + i % 4] : factors[i - 8];
                assertThat(decoded[i]).isCloseTo(exact, Offset.offset(tolerance[i]));
            }
        }
    }

    @Test
    void aNumberThatIsNotFiniteMakesNoDelta() {
        device.add(
                window("d-1", 0, 0, PlainGenerator.POISON),
                DeviceHistory.empty().merge(0, new ItemIds(PlainGenerator.POISON), 6).history());

        assertThatThrownBy(
                        () ->
                                assembly(DeltaEncoding.INT8)
                                        .assemble(
                                                device,
                                                0,
                                                layers(
                                                        n ->
                                                                PlainGenerator.layer(
                                                                        new long[] {
                                                                            PlainGenerator.POISON
                                                                        },
                                                                        n)),
                                                0,
                                                0))
                .isInstanceOf(UnusableDeltaException.class)
                .hasMessageContaining("NaN");
    }

    @Test
    void aLayerOfTheWrongSizeIsAFaultOfTheJobNotOfTheDevice() {
        device.add(
                window("d-1", 0, 0, 1),
                DeviceHistory.empty().merge(0, new ItemIds(1), 6).history());

        assertThatThrownBy(
                        () ->
                                assembly(DeltaEncoding.INT8)
                                        .assemble(device, 0, layers(n -> new float[3]), 0, 0))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("3 numbers for dynamic.1, the model has 20");
    }
}
