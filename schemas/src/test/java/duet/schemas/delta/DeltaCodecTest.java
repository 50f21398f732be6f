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
                            within((double) DeltaCodec.int8Tolerance(Float.MAX_VALUE)));
        }

        @Test
        void toleranceIsHalfAStepOfABfloat16Scale() {
            assertThat(DeltaCodec.int8Tolerance(127)).isEqualTo(0.5f);
            assertThat(DeltaCodec.int8Tolerance(127.1f)).isEqualTo(0.50390625f);
            assertThat(DeltaCodec.int8Tolerance(0)).isZero();
            assertThat(DeltaCodec.int8Tolerance(Float.MIN_VALUE)).isEqualTo(Float.MIN_NORMAL / 2);
        }

        private org.assertj.core.data.Offset<Double> within(double offset) {
            return org.assertj.core.data.Offset.offset(offset);
        }
    }

    /** With counters at the top of their range. */
    @Nested
    class OnTheWire {
        @Test
        void anUpdateOfTwoLayersTakesAtMost2400BytesAsInt8() {
            assertThat(value("d".repeat(40), Encoding.INT8).length).isLessThanOrEqualTo(2_400);
        }

        @Test
        void withItsKeyToo() {
            String device = "d".repeat(22);
            assertThat(value(device, Encoding.INT8).length + device.length())
                    .isLessThanOrEqualTo(2_400);
        }

        @Test
        void andAboutFourTimesThatAsFloat32() {
            assertThat(value("d".repeat(40), Encoding.FLOAT32).length)
                    .isBetween(8_448, 8_448 + 200);
        }

        private byte[] value(String device, Encoding encoding) {
            Random random = new Random(7);
            List<LayerDelta> layers = new ArrayList<>();
            for (int n = 1; n <= 2; n++) {
                float[] values = new float[33 * 32];
                for (int i = 0; i < values.length; i++) {
                    values[i] = (float) random.nextGaussian();
                }
                layers.add(DeltaCodec.encode("dynamic." + n, 33, 32, values, encoding));
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
                            Integer.MIN_VALUE);
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
            for (Encoding encoding : new Encoding[] {Encoding.FLOAT32, Encoding.INT8}) {
                assertThatThrownBy(() -> DeltaCodec.encode("dynamic.2", 3, 2, values, encoding))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessage("layer dynamic.2 has the value %s at 4", value);
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
                        .hasMessageContaining("[%d, %d]", shape[0], shape[1]);
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
                names = {"FLOAT32", "INT8"})
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
                    "layer dynamic.1 has 6 bytes of data and 6 of scales, its shape [2, 3] needs 6 and 4");
            LayerDelta short_ = layer(Encoding.FLOAT32);
            short_.setData(ByteBuffer.allocate(23));
            assertCorrupt(
                    short_,
                    "layer dynamic.1 has 23 bytes of data and 0 of scales, its shape [3, 2] needs 24 and 0");
            LayerDelta scaled = layer(Encoding.FLOAT32);
            scaled.setScales(ByteBuffer.allocate(6));
            assertCorrupt(
                    scaled,
                    "layer dynamic.1 has 24 bytes of data and 6 of scales, its shape [3, 2] needs 24 and 0");
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
