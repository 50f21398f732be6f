package duet.schemas.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.record.Encoding;
import duet.schemas.record.LayerDelta;
import duet.schemas.record.WeightDelta;
import duet.schemas.serde.Records;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeltaCodecTest {
    private static final float[] VALUES = {0.5f, -0.25f, 1, -0.0f, -1, 0.125f};

    private static LayerDelta layer(Encoding encoding) {
        return DeltaCodec.encode("dynamic.1", 3, 2, VALUES, encoding);
    }

    @Nested
    class Float32 {
        @Test
        void keepsEveryBit() throws Exception {
            float[] values = {
                -0.0f, Float.MIN_VALUE, -Float.MIN_NORMAL, 1e30f, Float.MAX_VALUE, -Float.MAX_VALUE
            };
            LayerDelta layer = DeltaCodec.encode("dynamic.1", 2, 3, values, Encoding.FLOAT32);
            float[] decoded = DeltaCodec.decode(layer);
            for (int i = 0; i < values.length; i++) {
                assertThat(Float.floatToRawIntBits(decoded[i]))
                        .isEqualTo(Float.floatToRawIntBits(values[i]));
            }
        }

        @Test
        void takesFourBytesAValue() {
            assertThat(layer(Encoding.FLOAT32).getData().remaining()).isEqualTo(24);
            assertThat(layer(Encoding.FLOAT32).getScales().remaining()).isZero();
        }
    }

    @Nested
    class Int8 {
        @Test
        void takesOneByteAValueAndTwoARow() {
            assertThat(layer(Encoding.INT8).getData().remaining()).isEqualTo(6);
            assertThat(layer(Encoding.INT8).getScales().remaining()).isEqualTo(6);
        }

        @Test
        void keepsRowsApart() throws Exception {
            float[] values = {1e30f, -1e30f, 1e-30f, 1e-31f, 0, 0};
            float[] decoded =
                    DeltaCodec.decode(DeltaCodec.encode("x", 3, 2, values, Encoding.INT8));
            assertThat((double) decoded[0]).isCloseTo(1e30, within(1e30 / 127));
            assertThat((double) decoded[2]).isCloseTo(1e-30, within(1e-30 / 127));
            assertThat((double) decoded[3]).isCloseTo(1e-31, within(1e-30 / 127));
            assertThat(decoded[4]).isZero();
        }

        @Test
        void holdsTheLargestFloat() throws Exception {
            float[] values = {Float.MAX_VALUE, -Float.MAX_VALUE};
            float[] decoded =
                    DeltaCodec.decode(DeltaCodec.encode("x", 1, 2, values, Encoding.INT8));
            assertThat((double) decoded[0])
                    .isCloseTo(
                            Float.MAX_VALUE,
                            within((double) RowEncoding.INT8.tolerance(Float.MAX_VALUE)));
        }

        @Test
        void toleranceIsHalfAStepOfABfloat16Scale() {
            assertThat(RowEncoding.INT8.tolerance(127)).isEqualTo(0.5f);
            assertThat(RowEncoding.INT8.tolerance(127.1f)).isEqualTo(0.50390625f);
            assertThat(RowEncoding.INT8.tolerance(0)).isZero();
            assertThat(RowEncoding.INT8.tolerance(Float.MIN_VALUE)).isEqualTo(Float.MIN_NORMAL / 2);
        }

        private org.assertj.core.data.Offset<Double> within(double offset) {
            return org.assertj.core.data.Offset.offset(offset);
        }
    }

    @Nested
    class Int4 {
        @Test
        void takesHalfAByteAValueAndTwoARow() {
            assertThat(layer(Encoding.INT4).getData().remaining()).isEqualTo(3);
            assertThat(layer(Encoding.INT4).getScales().remaining()).isEqualTo(6);
        }

        @Test
        void putsTheFirstOfTwoIntoTheLowBitsAndStartsARowOnAByte() {
            float[] values = {7, -7, 1, -1, 0, 7};
            LayerDelta layer = DeltaCodec.encode("x", 2, 3, values, Encoding.INT4);
            assertThat(layer.getData().array()).containsExactly(0x97, 0x01, 0x0F, 0x07);
            assertThat(layer.getScales().array()).containsExactly(0x80, 0x3F, 0x80, 0x3F);
        }

        @Test
        void decodesEveryStepOfARow() throws Exception {
            float[] values = new float[15];
            for (int i = 0; i < values.length; i++) {
                values[i] = i - 7;
            }
            assertThat(DeltaCodec.decode(DeltaCodec.encode("x", 1, 15, values, Encoding.INT4)))
                    .containsExactly(values);
        }

        @Test
        void holdsTheLargestFloat() throws Exception {
            float[] values = {Float.MAX_VALUE, -Float.MAX_VALUE, Float.MAX_VALUE / 2};
            float[] decoded =
                    DeltaCodec.decode(DeltaCodec.encode("x", 1, 3, values, Encoding.INT4));
            double tolerance = RowEncoding.INT4.tolerance(Float.MAX_VALUE);
            for (int i = 0; i < values.length; i++) {
                assertThat(Math.abs((double) decoded[i] - values[i])).isLessThan(tolerance);
            }
        }

        @Test
        void toleranceIsHalfAStepOfABfloat16Scale() {
            assertThat(RowEncoding.INT4.tolerance(7)).isEqualTo(0.5f);
            assertThat(RowEncoding.INT4.tolerance(7.01f)).isEqualTo(0.50390625f);
            assertThat(RowEncoding.INT4.tolerance(0)).isZero();
        }
    }

    @Nested
    class OfLowRank {
        /** u_1 = (1, 2), u_2 = (0, -1), v_1 = (3, 5), v_2 = (-4, 8), c = (7, -9). */
        private final float[] factors = {1, 2, 0, -1, 3, 5, -4, 8, 7, -9};

        private LayerDelta layer(Encoding encoding) {
            return DeltaCodec.encode("dynamic.1", 3, 2, 2, factors, encoding);
        }

        @Test
        void isTheSumOfTheFactorsProductsOverTheBias() throws Exception {
            assertThat(DeltaCodec.decode(layer(Encoding.FLOAT32)))
                    .containsExactly(3, 5, 10, 2, 7, -9);
        }

        @Test
        void saysTheLayersShapeAndStoresTheFactors() {
            LayerDelta layer = layer(Encoding.INT4);
            assertThat(layer.getShape()).containsExactly(3, 2);
            assertThat(layer.getRank()).isEqualTo(2);
            assertThat(layer.getData().remaining()).isEqualTo(5);
            assertThat(layer.getScales().remaining()).isEqualTo(10);
        }

        @Test
        void toleranceIsWhatTheFactorsErrorsCostTogether() {
            float[] tolerance = DeltaCodec.tolerance(3, 2, 2, factors, Encoding.INT4);
            double u1 = RowEncoding.INT4.tolerance(2);
            double u2 = RowEncoding.INT4.tolerance(1);
            double v1 = RowEncoding.INT4.tolerance(5);
            double v2 = RowEncoding.INT4.tolerance(8);
            double expected = 2 * v1 + 5 * u1 + u1 * v1 + 1 * v2 + 8 * u2 + u2 * v2;
            assertThat((double) tolerance[3])
                    .isCloseTo(expected, org.assertj.core.data.Offset.offset(1e-4));
            assertThat(tolerance[5]).isEqualTo(RowEncoding.INT4.tolerance(9));
        }

        @Test
        void needsALayerWithABiasRow() {
            assertThatThrownBy(() -> DeltaCodec.encode("x", 2, 2, 1, new float[6], Encoding.INT4))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("layer x has the rank 1 and the shape [2, 2]");
        }

        @ParameterizedTest
        @ValueSource(ints = {-1, 3, Integer.MIN_VALUE, Integer.MAX_VALUE})
        void needsARankFromOneToTheColumns(int rank) {
            assertThatThrownBy(
                            () -> DeltaCodec.encode("x", 3, 2, rank, new float[14], Encoding.INT4))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            String.format(
                                    Locale.ROOT,
                                    "layer x has the rank %d and the shape [3, 2]",
                                    rank));
            LayerDelta layer = layer(Encoding.INT4);
            layer.setRank(rank);
            assertThatThrownBy(() -> DeltaCodec.decode(layer))
                    .isInstanceOf(CorruptDeltaException.class)
                    .hasMessage(
                            String.format(
                                    Locale.ROOT,
                                    "layer dynamic.1 has the rank %d, its shape [3, 2]",
                                    rank));
        }

        @Test
        void isRefusedWithTheSizesOfAnotherRank() {
            LayerDelta layer = layer(Encoding.INT8);
            layer.setRank(1);
            assertThatThrownBy(() -> DeltaCodec.decode(layer))
                    .isInstanceOf(CorruptDeltaException.class)
                    .hasMessage(
                            "layer dynamic.1 has 10 bytes of data and 10 of scales, its shape [3,"
                                    + " 2] and rank 1 need 6 and 6");
        }

        @Test
        void isRefusedWhereAProductLeavesTheRangeOfFloat() {
            float[] huge = {1e30f, 1, 1e30f, 1, 0, 0};
            LayerDelta layer = DeltaCodec.encode("dynamic.1", 3, 2, 1, huge, Encoding.FLOAT32);
            assertThatThrownBy(() -> DeltaCodec.decode(layer))
                    .isInstanceOf(CorruptDeltaException.class)
                    .hasMessage("layer dynamic.1 leads to the weight Infinity");
        }
    }

    @Nested
    class AddedToWeights {
        private final float[] weights = {100, 200, 300, 400, 500, 600};

        @Test
        void changesThemByTheLayersNumbers() throws Exception {
            DeltaCodec.addTo(layer(Encoding.FLOAT32), weights);
            assertThat(weights).containsExactly(100.5f, 199.75f, 301, 400, 499, 600.125f);
        }

        @Test
        void changesThemByTheProductsOfFactors() throws Exception {
            float[] factors = {1, 2, 3, 5, 7, -9};
            DeltaCodec.addTo(DeltaCodec.encode("x", 3, 2, 1, factors, Encoding.FLOAT32), weights);
            assertThat(weights).containsExactly(103, 205, 306, 410, 507, 591);
        }

        @Test
        void isRefusedForAnotherShape() {
            assertThatThrownBy(() -> DeltaCodec.addTo(layer(Encoding.INT8), new float[8]))
                    .isInstanceOf(CorruptDeltaException.class)
                    .hasMessage("layer dynamic.1 has the shape [3, 2], there are 8 weights");
        }

        @Test
        void isRefusedWhereAWeightLeavesTheRangeOfFloat() {
            weights[5] = Float.MAX_VALUE;
            float[] huge = {0, 0, 0, 0, 0, Float.MAX_VALUE};
            LayerDelta layer = DeltaCodec.encode("dynamic.1", 3, 2, huge, Encoding.FLOAT32);
            assertThatThrownBy(() -> DeltaCodec.addTo(layer, weights))
                    .isInstanceOf(CorruptDeltaException.class)
                    .hasMessage("layer dynamic.1 leads to the weight Infinity");
        }
    }

    /** With counters at the top of their range. */
    @Nested
    class OnTheWire {
        @Test
        void anUpdateOfTwoLayersTakesAtMost2400BytesAsInt8() {
            // An id as long as a UUID.
            assertThat(value("d".repeat(36), Encoding.INT8).length).isLessThanOrEqualTo(2_400);
        }

        @Test
        void withItsKeyToo() {
            String device = "d".repeat(19);
            assertThat(withKey(device, 0, Encoding.INT8)).isLessThanOrEqualTo(2_400);
        }

        @Test
        void andAboutFourTimesThatAsFloat32() {
            assertThat(value("d".repeat(40), Encoding.FLOAT32).length)
                    .isBetween(8_448, 8_448 + 200);
        }

        @Test
        void andAFifthOfThatWithItsKeyAsInt4OfRank4() {
            assertThat(withKey("d".repeat(8), 4, Encoding.INT4)).isLessThanOrEqualTo(456);
            assertThat(withKey("d".repeat(22), 4, Encoding.INT4)).isLessThanOrEqualTo(485);
        }

        @Test
        void andAThirdOfThatWithItsKeyAsInt8OfRank4() {
            assertThat(withKey("d".repeat(22), 4, Encoding.INT8)).isLessThanOrEqualTo(775);
        }

        private int withKey(String device, int rank, Encoding encoding) {
            return value(device, rank, encoding).length + device.length();
        }

        private byte[] value(String device, Encoding encoding) {
            return value(device, 0, encoding);
        }

        private byte[] value(String device, int rank, Encoding encoding) {
            Random random = new Random(7);
            List<LayerDelta> layers = new ArrayList<>();
            for (int n = 1; n <= 2; n++) {
                float[] values = new float[(rank == 0 ? 33 : 2 * rank + 1) * 32];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) random.nextGaussian();
                }
                layers.add(DeltaCodec.encode("dynamic." + n, 33, 32, rank, values, encoding));
            }
            WeightDelta delta =
                    new WeightDelta(
                            device,
                            "sasrec-0123456789ab",
                            1L << 40,
                            1 << 20,
                            layers,
                            1_790_000_000_000_000L,
                            1_790_000_000_000_001L,
                            1_790_000_000_000_002L,
                            Integer.MIN_VALUE,
                            1L << 20,
                            null,
                            0L);
            return Records.deltaEncoder().encode(delta);
        }
    }

    @Nested
    class Encoder {
        @ParameterizedTest
        @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
        void refusesWhatIsNotFinite(float value) {
            float[] values = VALUES.clone();
            values[4] = value;
            for (Encoding encoding :
                    new Encoding[] {Encoding.FLOAT32, Encoding.INT8, Encoding.INT4}) {
                assertThatThrownBy(() -> DeltaCodec.encode("dynamic.2", 3, 2, values, encoding))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage(
                                String.format(
                                        Locale.ROOT,
                                        "layer dynamic.2 has the value %s at 4",
                                        value));
            }
        }

        @Test
        void refusesSizesThatDisagreeOrAreOutOfRange() {
            int[][] shapes = {{2, 2}, {-3, -2}, {0, 6}, {6, 0}, {4097, 1}, {65536, 65536}};
            for (int[] shape : shapes) {
                float[] values = new float[shape[0] == 4097 ? 4097 : 6];
                assertThatThrownBy(
                                () ->
                                        DeltaCodec.encode(
                                                "x", shape[0], shape[1], values, Encoding.INT8))
                        .as(Arrays.toString(shape))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining(
                                String.format(Locale.ROOT, "[%d, %d]", shape[0], shape[1]));
            }
        }

        @Test
        void refusesTheUnknownEncoding() {
            assertThatThrownBy(() -> layer(Encoding.UNKNOWN))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Nested
    class Decoder {
        private void assertCorrupt(LayerDelta layer, String message) {
            assertThatThrownBy(() -> DeltaCodec.decode(layer))
                    .isInstanceOf(CorruptDeltaException.class)
                    .hasMessage(message);
        }

        @ParameterizedTest
        @EnumSource(
                value = Encoding.class,
                names = {"FLOAT32", "INT8", "INT4"})
        void refusesShapes(Encoding encoding) {
            List<List<Integer>> shapes =
                    List.of(
                            List.of(),
                            List.of(6),
                            List.of(3, 2, 1),
                            List.of(-3, -2),
                            List.of(0, 0),
                            List.of(4097, 2),
                            List.of(Integer.MAX_VALUE, Integer.MAX_VALUE));
            for (List<Integer> shape : shapes) {
                LayerDelta layer = layer(encoding);
                layer.setShape(shape);
                assertCorrupt(layer, "layer dynamic.1 has the shape " + shape);
            }
        }

        @Test
        void refusesSizesThatTheShapeDoesNotNeed() {
            LayerDelta transposed = layer(Encoding.INT8);
            transposed.setShape(List.of(2, 3));
            assertCorrupt(
                    transposed,
                    "layer dynamic.1 has 6 bytes of data and 6 of scales, its shape [2, 3] and rank"
                            + " 0 need 6 and 4");
            LayerDelta short_ = layer(Encoding.FLOAT32);
            short_.setData(ByteBuffer.allocate(23));
            assertCorrupt(
                    short_,
                    "layer dynamic.1 has 23 bytes of data and 0 of scales, its shape [3, 2] and"
                            + " rank 0 need 24 and 0");
            LayerDelta scaled = layer(Encoding.FLOAT32);
            scaled.setScales(ByteBuffer.allocate(6));
            assertCorrupt(
                    scaled,
                    "layer dynamic.1 has 24 bytes of data and 6 of scales, its shape [3, 2] and"
                            + " rank 0 need 24 and 0");
        }

        @Test
        void refusesValuesThatAreNotFinite() {
            LayerDelta layer = layer(Encoding.FLOAT32);
            layer.getData().order(java.nio.ByteOrder.LITTLE_ENDIAN).putFloat(8, Float.NaN);
            assertCorrupt(layer, "layer dynamic.1 holds the value NaN");
        }

        @Test
        void refusesScalesThatNoWriterGives() {
            short infinite = (short) 0x7F80;
            short negative = (short) 0xBF80;
            short large = (short) 0x7F7F; // finite, but 126 of it are not
            LayerDelta layer = layer(Encoding.INT8);
            setScale(layer, infinite);
            assertCorrupt(layer, "layer dynamic.1 holds the value Infinity");
            setScale(layer, negative);
            assertCorrupt(layer, "layer dynamic.1 has the scale -1.0");
            setScale(layer, large);
            assertCorrupt(layer, "layer dynamic.1 holds the value Infinity");
        }

        @Test
        void refusesStepsThatNoWriterGives() {
            LayerDelta layer = layer(Encoding.INT4);
            layer.getData().put(1, (byte) 0x08);
            assertCorrupt(layer, "layer dynamic.1 holds the number -8, the least is -7");
            layer.getData().put(1, (byte) 0x80);
            assertCorrupt(layer, "layer dynamic.1 holds the number -8, the least is -7");
            LayerDelta odd = DeltaCodec.encode("dynamic.1", 2, 1, new float[2], Encoding.INT4);
            odd.getData().put(0, (byte) 0x10);
            assertCorrupt(odd, "layer dynamic.1 has bits behind the last number of a row");
        }

        private void setScale(LayerDelta layer, short bits) {
            layer.getScales().order(java.nio.ByteOrder.LITTLE_ENDIAN).putShort(0, bits);
        }

        @Test
        void leavesTheRecordAsItWas() throws Exception {
            LayerDelta layer = layer(Encoding.INT8);
            DeltaCodec.decode(layer);
            assertThat(layer).isEqualTo(layer(Encoding.INT8));
            assertThat(DeltaCodec.decode(layer)).containsExactly(DeltaCodec.decode(layer));
        }
    }
}
