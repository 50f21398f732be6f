package duet.device;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.delta.DeltaCodec;
import duet.schemas.record.Encoding;
import duet.schemas.record.LayerDelta;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.Records;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rules by which a device takes a delta: never backwards, never another version's, never a
 * corrupt one.
 */
class DeviceApplyTest {
    @TempDir Path directory;

    private final RandomModel random = RandomModel.small();
    private DeviceModel model;
    private Device device;

    @BeforeEach
    void load() {
        model = DeviceModel.load(random.write(directory.resolve("bundle")));
        device = new Device(RandomModel.DEVICE, model);
    }

    private WeightDelta delta(long sequence) {
        return random.delta(model.version(), sequence);
    }

    private void assertHolds(long sequence) {
        assertThat(device.lastSequence()).isEqualTo(sequence);
        for (int n = 1; n <= 2; n++) {
            float[] expected = random.global(n).clone();
            if (sequence >= 0) {
                float[] delta = random.deltaValues(sequence, n);
                for (int i = 0; i < expected.length; i++) {
                    expected[i] += delta[i];
                }
            }
            assertThat(device.layer(n)).containsExactly(expected);
        }
    }

    private void assertRefused(WeightDelta delta, ApplyOutcome outcome) {
        long before = device.lastSequence();
        assertThat(device.apply(delta)).isEqualTo(outcome);
        assertHolds(before);
        device.apply(delta(3));
        assertThat(device.apply(delta)).isEqualTo(outcome);
        assertHolds(3);
    }

    @Nested
    class BeforeTheFirstDelta {
        @Test
        void aDeviceHasTheGlobalClassifier() {
            assertHolds(-1);
            long[] history = {13, 23};
            assertThat(device.score(history, random.allItems()))
                    .containsExactly(device.scoreGlobally(history, random.allItems()));
        }

        @Test
        void aDeviceHoldsNoWeightsOfItsOwn() {
            com.sun.management.ThreadMXBean threads =
                    (com.sun.management.ThreadMXBean)
                            java.lang.management.ManagementFactory.getThreadMXBean();
            Device[] fleet = new Device[10_000];
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < fleet.length; i++) {
                fleet[i] = new Device(RandomModel.DEVICE, model);
            }
            assertThat((threads.getCurrentThreadAllocatedBytes() - before) / fleet.length)
                    .isLessThanOrEqualTo(64);
        }
    }

    @Nested
    class Applied {
        @Test
        void theFirstDelta() {
            assertThat(device.apply(delta(0))).isEqualTo(ApplyOutcome.APPLIED);
            assertHolds(0);
        }

        @Test
        void aNewerDeltaAndItReplacesTheOlderOne() {
            device.apply(delta(4));
            assertThat(device.apply(delta(5))).isEqualTo(ApplyOutcome.APPLIED);
            assertHolds(5);
        }

        @Test
        void aDeltaAfterAGap() {
            device.apply(delta(4));
            assertThat(device.apply(delta(Long.MAX_VALUE))).isEqualTo(ApplyOutcome.APPLIED);
            assertHolds(Long.MAX_VALUE);
        }

        @Test
        void aDeltaAfterRefusedOnes() {
            device.apply(delta(4));
            WeightDelta corrupt = delta(9);
            corrupt.setChecksum(corrupt.getChecksum() + 1);
            device.apply(corrupt);
            assertThat(device.apply(delta(5))).isEqualTo(ApplyOutcome.APPLIED);
            assertHolds(5);
        }

        @ParameterizedTest(name = "{0} of rank {1}")
        @CsvSource({
            "FLOAT32, 0", "INT8, 0", "INT4, 0",
            "FLOAT32, 1", "INT8, 1", "INT4, 1",
            "FLOAT32, 4", "INT8, 4", "INT4, 4",
            "FLOAT32, 8", "INT8, 8", "INT4, 8"
        })
        void aDeltaThatCameOverTheWire(Encoding encoding, int rank) throws Exception {
            WeightDelta sent = random.delta(model.version(), 8, encoding, rank);
            WeightDelta received =
                    Records.deltaDecoder().decode(Records.deltaEncoder().encode(sent));
            assertThat(device.apply(received)).isEqualTo(ApplyOutcome.APPLIED);
            for (int n = 1; n <= 2; n++) {
                float[] stored = rank == 0 ? random.deltaValues(8, n) : random.factors(8, n, rank);
                float[] delta = rank == 0 ? stored : product(stored, rank);
                float[] tolerance = DeltaCodec.tolerance(9, 8, rank, stored, encoding);
                for (int i = 0; i < delta.length; i++) {
                    assertThat(device.layer(n)[i])
                            .isCloseTo(
                                    random.global(n)[i] + delta[i],
                                    org.assertj.core.data.Offset.offset(tolerance[i] + 1e-6f));
                }
            }
        }

        /** The layer that factors u, v and c stand for. */
        private static float[] product(float[] factors, int rank) {
            float[] layer = new float[72];
            for (int j = 0; j < 8; j++) {
                for (int i = 0; i < 8; i++) {
                    for (int k = 0; k < rank; k++) {
                        layer[i * 8 + j] += factors[k * 8 + i] * factors[(rank + k) * 8 + j];
                    }
                }
                layer[64 + j] = factors[2 * rank * 8 + j];
            }
            return layer;
        }

        /**
         * Checking a delta decodes it to what a thread has for that, not to weights of the device's
         * own.
         */
        @ParameterizedTest
        @CsvSource({"FLOAT32, 0", "INT8, 0", "INT4, 0", "FLOAT32, 4", "INT4, 4"})
        void withoutWeightsOfItsOwn(Encoding encoding, int rank) {
            RandomModel wide = RandomModel.of(RandomModel.dimensions(5, 3, 128, 1, 1), 7);
            model = DeviceModel.load(wide.write(directory.resolve("wide")));
            device = new Device(RandomModel.DEVICE, model);
            for (int sequence = 0; sequence < 3; sequence++) { // classes are loaded, then
                device.apply(wide.delta(model.version(), sequence, encoding, rank));
            }
            WeightDelta delta = wide.delta(model.version(), 9, encoding, rank);
            com.sun.management.ThreadMXBean threads =
                    (com.sun.management.ThreadMXBean)
                            java.lang.management.ManagementFactory.getThreadMXBean();
            long before = threads.getCurrentThreadAllocatedBytes();
            assertThat(device.apply(delta)).isEqualTo(ApplyOutcome.APPLIED);
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            long encoded =
                    delta.getLayers().stream()
                            .mapToLong(l -> l.getData().remaining() + l.getScales().remaining())
                            .sum();
            // What the checksum is made over, and what the device keeps.
            long copies = 2 * encoded;
            // A layer's factors are decoded one layer after the other.
            long factors = 2L * (2 * rank + 1) * 128 * Float.BYTES;
            assertThat(allocated).isBetween(encoded, copies + factors + 8192);
        }

        @Test
        void layersInAnyOrder() {
            WeightDelta delta = delta(5);
            List<LayerDelta> backwards = new ArrayList<>(delta.getLayers());
            java.util.Collections.reverse(backwards);
            delta.setLayers(backwards);
            assertThat(device.apply(RandomModel.sealed(delta))).isEqualTo(ApplyOutcome.APPLIED);
            assertHolds(5);
        }

        @Test
        void aDeltaOfZerosAndTheDeviceRanksExactlyAsTheGlobalModel() {
            WeightDelta zero = delta(5);
            zero.setLayers(
                    List.of(
                            random.layer("dynamic.1", new float[72], Encoding.FLOAT32),
                            random.layer("dynamic.2", new float[72], Encoding.INT8)));
            assertThat(device.apply(RandomModel.sealed(zero))).isEqualTo(ApplyOutcome.APPLIED);
            for (int n = 1; n <= 2; n++) {
                assertThat(device.layer(n)).containsExactly(random.global(n));
            }
            long[] history = {13, 23, 33};
            assertThat(device.score(history, random.allItems()))
                    .containsExactly(device.scoreGlobally(history, random.allItems()));
        }
    }

    @Nested
    class Stale {
        @Test
        void aRepeat() {
            device.apply(delta(5));
            assertThat(device.apply(delta(5))).isEqualTo(ApplyOutcome.STALE);
            assertHolds(5);
        }

        @Test
        void anotherDeltaOfTheSameInteractionThatWasNotGeneratedLater() {
            device.apply(delta(5));
            WeightDelta other = delta(6);
            other.setLastSequence(5L);
            assertThat(device.apply(RandomModel.sealed(other))).isEqualTo(ApplyOutcome.STALE);
            other.setGeneratedAtMicros(other.getGeneratedAtMicros() - 1);
            assertThat(device.apply(RandomModel.sealed(other))).isEqualTo(ApplyOutcome.STALE);
            assertHolds(5);
        }

        /** A late window fills a gap in the history and leaves its end where it is. */
        @Test
        void notWhenTheSameInteractionWasGeneratedFromAgain() {
            device.apply(delta(5));
            WeightDelta again = delta(6);
            again.setLastSequence(5L);
            again.setGeneratedAtMicros(again.getGeneratedAtMicros() + 1);
            assertThat(device.apply(RandomModel.sealed(again))).isEqualTo(ApplyOutcome.APPLIED);
            assertThat(device.lastSequence()).isEqualTo(5);
            assertThat(device.apply(delta(5))).isEqualTo(ApplyOutcome.STALE);
            device.apply(delta(6));
            assertHolds(6);
        }

        /**
         * The newer one comes in after the older one was found to be new, as from another thread.
         */
        @Test
        void oneThatIsOvertakenWhileItIsDecoded() {
            WeightDelta older = delta(5);
            List<ApplyOutcome> meanwhile = new ArrayList<>();
            WeightDelta overtaken =
                    new WeightDelta(
                            older.getDeviceId(),
                            older.getModelVersion(),
                            older.getLastSequence(),
                            1,
                            older.getLayers(),
                            1L,
                            2L,
                            3L,
                            older.getChecksum(),
                            older.getRevision(),
                            older.getSignature(),
                            older.getEpoch()) {
                        private int reads;

                        @Override
                        public List<LayerDelta> getLayers() {
                            if (++reads == 2) { // after the checksum
                                meanwhile.add(device.apply(delta(6)));
                            }
                            return super.getLayers();
                        }
                    };
            assertThat(device.apply(overtaken)).isEqualTo(ApplyOutcome.STALE);
            assertThat(meanwhile).containsExactly(ApplyOutcome.APPLIED);
            assertHolds(6);
        }

        @Test
        void everythingMadeBeforeAResetOnceOneMadeAfterItWasTaken() {
            WeightDelta poisoned = delta(1_000_000);
            device.apply(poisoned);
            WeightDelta after = delta(5);
            after.setEpoch(9L);
            assertThat(device.apply(RandomModel.sealed(after))).isEqualTo(ApplyOutcome.APPLIED);
            assertHolds(5);
            assertThat(device.apply(poisoned)).isEqualTo(ApplyOutcome.STALE);
            assertThat(device.apply(delta(6))).isEqualTo(ApplyOutcome.STALE);
            WeightDelta earlier = delta(2_000_000);
            earlier.setEpoch(8L);
            assertThat(device.apply(RandomModel.sealed(earlier))).isEqualTo(ApplyOutcome.STALE);
            assertHolds(5);
        }

        @Test
        void anOlderOne() {
            device.apply(delta(5));
            assertThat(device.apply(delta(4))).isEqualTo(ApplyOutcome.STALE);
            assertThat(device.apply(delta(0))).isEqualTo(ApplyOutcome.STALE);
            assertHolds(5);
        }
    }

    @Nested
    class OtherVersion {
        @Test
        void aDeltaOfAnotherModel() {
            assertRefused(random.delta("sasrec-000000000000", 9), ApplyOutcome.OTHER_VERSION);
            assertRefused(random.delta("", 9), ApplyOutcome.OTHER_VERSION);
        }

        @Test
        void evenIfItIsOld() {
            device.apply(delta(5));
            assertThat(device.apply(random.delta("sasrec-000000000000", 1)))
                    .isEqualTo(ApplyOutcome.OTHER_VERSION);
        }
    }

    @Nested
    class OtherDevice {
        @Test
        void aDeltaForAnotherDevice() {
            WeightDelta delta = delta(9);
            delta.setDeviceId("d-43");
            assertRefused(RandomModel.sealed(delta), ApplyOutcome.OTHER_DEVICE);
        }
    }

    @Nested
    class Corrupt {
        private void assertCorrupt(WeightDelta delta) {
            assertRefused(RandomModel.sealed(delta), ApplyOutcome.CORRUPT);
        }

        private void assertCorruptWithLayers(UnaryOperator<List<LayerDelta>> change) {
            WeightDelta delta = delta(9);
            delta.setLayers(change.apply(new ArrayList<>(delta.getLayers())));
            assertCorrupt(delta);
        }

        @Test
        void anotherChecksum() {
            WeightDelta delta = delta(9);
            delta.setChecksum(~delta.getChecksum());
            assertRefused(delta, ApplyOutcome.CORRUPT);
        }

        @Test
        void aFlippedBitOfAWeight() {
            WeightDelta delta = delta(9);
            delta.getLayers().get(1).getData().array()[17] ^= 0x10;
            assertRefused(delta, ApplyOutcome.CORRUPT);
        }

        @Test
        void aDeviceOrVersionThatWasAlteredOnTheWay() {
            WeightDelta otherDevice = delta(9);
            otherDevice.setDeviceId("d-43");
            assertRefused(otherDevice, ApplyOutcome.CORRUPT);
            WeightDelta otherVersion = delta(9);
            otherVersion.setModelVersion("x");
            assertRefused(otherVersion, ApplyOutcome.CORRUPT);
            WeightDelta otherSequence = delta(9);
            otherSequence.setLastSequence(10L);
            assertRefused(otherSequence, ApplyOutcome.CORRUPT);
        }

        @Test
        void aNegativeSequenceNumber() {
            assertCorrupt(delta(-1));
            assertCorrupt(delta(Long.MIN_VALUE));
        }

        @Test
        void layersMissing() {
            assertCorruptWithLayers(layers -> List.of());
            assertCorruptWithLayers(layers -> layers.subList(0, 1));
            assertCorruptWithLayers(layers -> layers.subList(1, 2));
        }

        @Test
        void layersTwice() {
            assertCorruptWithLayers(layers -> List.of(layers.get(0), layers.get(0)));
            assertCorruptWithLayers(layers -> List.of(layers.get(0), layers.get(1), layers.get(1)));
        }

        @ParameterizedTest
        @ValueSource(strings = {"dynamic.3", "dynamic.0", "Dynamic.2", "", "norm.gamma"})
        void layersOfAnotherName(String name) {
            assertCorruptWithLayers(
                    layers -> {
                        layers.get(1).setName(name);
                        return layers;
                    });
        }

        @Test
        void layersOfAnotherShape() {
            for (List<Integer> shape :
                    List.of(
                            List.of(8, 9),
                            List.of(72),
                            List.of(9, 8, 1),
                            List.<Integer>of(),
                            List.of(-9, -8))) {
                assertCorruptWithLayers(
                        layers -> {
                            layers.get(0).setShape(shape);
                            return layers;
                        });
            }
            assertCorruptWithLayers(
                    layers ->
                            List.of(
                                    layers.get(0),
                                    DeltaCodec.encode(
                                            "dynamic.2", 9, 7, new float[63], Encoding.INT8)));
        }

        @Test
        void layersOfAnotherSize() {
            assertCorruptWithLayers(
                    layers -> {
                        layers.get(1).setData(ByteBuffer.allocate(72));
                        return layers;
                    });
            assertCorruptWithLayers(
                    layers -> {
                        layers.get(1).setScales(ByteBuffer.allocate(2));
                        return layers;
                    });
        }

        @Test
        void anEncodingOfALaterVersion() {
            assertCorruptWithLayers(
                    layers -> {
                        layers.get(1).setEncoding(Encoding.UNKNOWN);
                        return layers;
                    });
        }

        @ParameterizedTest
        @ValueSource(ints = {-1, 1, 2, 3, 5, 9, Integer.MAX_VALUE, Integer.MIN_VALUE})
        void aRankThatItsFactorsDoNotFit(int rank) {
            WeightDelta delta = random.delta(model.version(), 9, Encoding.INT4, 4);
            delta.getLayers().get(1).setRank(rank);
            assertCorrupt(delta);
        }

        @Test
        void factorsThatAreNotFiniteOnceMultiplied() {
            float[] factors = new float[24];
            java.util.Arrays.fill(factors, 1e30f);
            assertCorruptWithLayers(
                    layers ->
                            List.of(
                                    layers.get(0),
                                    random.layer("dynamic.2", factors, Encoding.FLOAT32, 1)));
        }

        @ParameterizedTest
        @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
        void weightsThatAreNotFinite(float value) {
            assertCorruptWithLayers(
                    layers -> {
                        layers.get(1)
                                .getData()
                                .order(ByteOrder.LITTLE_ENDIAN)
                                .putFloat(71 * Float.BYTES, value);
                        return layers;
                    });
        }

        @Test
        void weightsThatAreNotFiniteOnceAdded() {
            float[] global = random.global(2);
            global[71] = Float.MAX_VALUE;
            model = DeviceModel.load(random.write(directory.resolve("large")));
            device = new Device(RandomModel.DEVICE, model);
            float[] values = new float[72];
            values[71] = Float.MAX_VALUE;
            WeightDelta delta = delta(9);
            delta.setLayers(
                    List.of(
                            delta.getLayers().get(0),
                            random.layer("dynamic.2", values, Encoding.FLOAT32)));
            assertRefused(RandomModel.sealed(delta), ApplyOutcome.CORRUPT);
        }
    }

    @Test
    void layersAreHandedOutAsCopies() {
        device.apply(delta(5));
        Arrays.fill(device.layer(1), 0);
        assertHolds(5);
        Device other = new Device("d-43", model);
        Arrays.fill(other.layer(1), 0);
        assertThat(other.layer(1)).containsExactly(random.global(1));
    }

    @Test
    void devicesDoNotShareTheirDeltas() {
        Device other = new Device("d-43", model);
        device.apply(delta(5));
        assertThat(other.lastSequence()).isEqualTo(-1);
        assertThat(other.layer(1)).containsExactly(random.global(1));
    }

    @Test
    void thereIsNoLayerZeroOrThree() {
        for (int n : new int[] {0, 3, -1}) {
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> device.layer(n))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(String.format(Locale.ROOT, "no dynamic layer %d, there are 2", n));
        }
    }
}
