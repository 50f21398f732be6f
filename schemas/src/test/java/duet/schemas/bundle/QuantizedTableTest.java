package duet.schemas.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import duet.schemas.InvalidInputException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizedTableTest {
    private static final QuantizedTable TABLE =
            QuantizedTable.of(Tensor.of(new float[] {0, 0, 127, -63.5f, 0.254f, 0.1f}, 3, 2));

    private static Map<String, StoredTensor> stored(byte[] steps, int... scales) {
        byte[] bytes = new byte[scales.length * 2];
        for (int i = 0; i < scales.length; i++) {
            bytes[2 * i] = (byte) scales[i];
            bytes[2 * i + 1] = (byte) (scales[i] >> 8);
        }
        Map<String, StoredTensor> tensors = new LinkedHashMap<>();
        tensors.put("t", new PackedTensor(TensorType.I8, new int[] {steps.length / 2, 2}, steps));
        tensors.put("t.scales", new PackedTensor(TensorType.F16, new int[] {scales.length}, bytes));
        return tensors;
    }

    @Test
    void holdsStepsOfAScaleForEachRow() {
        assertThat(TABLE.steps()).containsExactly(0, 0, 127, -64, 127, 50);
        assertThat(TABLE.scale(0)).isZero();
        assertThat(TABLE.scale(1)).isEqualTo(1);
        assertThat(TABLE.scale(2)).isBetween(0.002f, 0.002002f);
        assertThat(TABLE.values().values()).startsWith(0, 0, 127, -64);
    }

    @Test
    void takesThreeAndAHalfMegabytesForAHundredThousandItems() {
        int rows = 100_001;
        QuantizedTable table = QuantizedTable.of(Tensor.of(new float[rows * 32], rows, 32));
        assertThat(table.bytes()).isEqualTo(rows * (32 + 2)).isLessThan(3_500_000);
    }

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.MAX_VALUE, -1e7f})
    void cannotHoldWhatHasNoScale(float value) {
        Tensor table = Tensor.of(new float[] {1, value}, 1, 2);
        assertThat(QuantizedTable.canHold(table)).isFalse();
        assertThatThrownBy(() -> QuantizedTable.of(table))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Tensor[1, 2] cannot be quantized");
    }

    @Test
    void holdsTheLargestNumbersThatHaveAScale() {
        float largest = 127 * 65504f;
        QuantizedTable table = QuantizedTable.of(Tensor.of(new float[] {largest, -largest}, 1, 2));
        assertThat(table.scale(0)).isEqualTo(65504);
        assertThat(table.values().values()).containsExactly(largest, -largest);
    }

    @Nested
    class RefusesOfAFile {
        private void assertRefused(Map<String, StoredTensor> tensors, String message) {
            assertThatThrownBy(() -> QuantizedTable.of(tensors, "t", 2, 2))
                    .isInstanceOf(InvalidInputException.class)
                    .hasMessage(message);
        }

        @ParameterizedTest(name = "{0} is {1}")
        @CsvSource({
            "0x7e00, NaN",
            "0xfe00, NaN",
            "0x7c00, Infinity",
            "0xfc00, -Infinity",
            "0xbc00, -1.0",
            "0x8000, -0.0",
            "0x0001, 5.9604644775390625E-8",
            "0x03ff, 6.097555160522461E-5",
        })
        void scalesThatAreNone(String bits, String value) {
            assertRefused(
                    stored(new byte[4], 0x3c00, Integer.decode(bits)),
                    "the bundle's t.scales holds "
                            + value
                            + " for row 1, a scale is 0 or from 6.1035156E-5 to 65504.0");
        }

        @Test
        void stepsBelowTheLeast() {
            assertRefused(
                    stored(new byte[] {1, -127, -128, 0}, 0x3c00, 0x3c00),
                    "the bundle's t holds the step -128 in row 1, the least is -127");
        }

        @ParameterizedTest(name = "a largest step of {0} at the scale {1}")
        @CsvSource({
            "1, 0x0000, 0.0",
            "0, 0x0400, 6.103515625E-5",
            "0, 0x3c00, 1.0",
            "126, 0x3c00, 1.0",
            "126, 0x0401, 6.109476089477539E-5"
        })
        void rowsThatNobodyWrites(byte largest, String bits, String scale) {
            for (byte sign : new byte[] {1, -1}) {
                assertRefused(
                        stored(
                                new byte[] {127, 0, 0, (byte) (sign * largest)},
                                0x3c00,
                                Integer.decode(bits)),
                        "the bundle's t has steps up to "
                                + largest
                                + " in row 1, whose scale is "
                                + scale
                                + ": the largest is 127, less only at the least scale, and 0 only"
                                + " at the scale 0");
            }
        }

        @Test
        void scalesThatAreMissing() {
            Map<String, StoredTensor> tensors = stored(new byte[4], 0, 0);
            tensors.remove("t.scales");
            assertRefused(tensors, "the bundle has no tensor t.scales");
        }

        @Test
        void scalesOfAnotherNumberOrType() {
            assertRefused(
                    stored(new byte[4], 0, 0, 0),
                    "the bundle's t.scales is F16[3], its dimensions need F16[2]");
            Map<String, StoredTensor> tensors = stored(new byte[4], 0, 0);
            tensors.put("t.scales", Tensor.of(new float[2], 2));
            assertRefused(
                    tensors, "the bundle's t.scales is Tensor[2], its dimensions need F16[2]");
        }

        @Test
        void stepsOfAnotherShapeOrType() {
            assertRefused(
                    stored(new byte[6], 0, 0),
                    "the bundle's t is I8[3, 2], its dimensions need I8[2, 2]");
            Map<String, StoredTensor> tensors = stored(new byte[4], 0, 0);
            tensors.put("t", Tensor.of(new float[4], 2, 2));
            assertThat(QuantizedTable.isIn(tensors, "t")).isFalse();
            assertRefused(tensors, "the bundle's t is Tensor[2, 2], its dimensions need I8[2, 2]");
        }
    }
}
