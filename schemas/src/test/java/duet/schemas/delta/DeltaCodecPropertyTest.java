package duet.schemas.delta;

import static org.assertj.core.api.Assertions.assertThat;

import duet.schemas.record.Encoding;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.RandomDistribution;
import net.jqwik.api.constraints.IntRange;

class DeltaCodecPropertyTest {
    @Property
    void float32IsExact(@ForAll("rows") float[] row) throws Exception {
        float[] decoded =
                DeltaCodec.decode(DeltaCodec.encode("x", 1, row.length, row, Encoding.FLOAT32));
        for (int i = 0; i < row.length; i++) {
            assertThat(Float.floatToRawIntBits(decoded[i]))
                    .isEqualTo(Float.floatToRawIntBits(row[i]));
        }
    }

    @Property
    void int8IsWithinItsToleranceForAnyRow(@ForAll("rows") float[] row) throws Exception {
        assertWithinTolerance(row, 1);
    }

    /** Rows of one matrix may differ by any factor; each keeps its own tolerance. */
    @Property
    void int8IsWithinItsToleranceForRowsOfAnyMagnitude(
            @ForAll @IntRange(min = 1, max = 12) int rows,
            @ForAll @IntRange(min = 1, max = 40) int columns,
            @ForAll long seed)
            throws Exception {
        Random random = new Random(seed);
        float[] values = new float[rows * columns];
        for (int row = 0; row < rows; row++) {
            float magnitude = (float) Math.pow(10, random.nextInt(84) - 45);
            for (int column = 0; column < columns; column++) {
                values[row * columns + column] =
                        magnitude * Math.max(-3.4f, Math.min(3.4f, (float) random.nextGaussian()));
            }
        }
        assertWithinTolerance(values, rows);
    }

    /** Multiples of half a step are where rounding goes wrong first. */
    @Property
    void int8IsWithinItsToleranceBetweenTwoSteps(
            @ForAll("magnitudes") float maximum, @ForAll @IntRange(min = -126, max = 126) int step)
            throws Exception {
        float middle = (2 * step + 1) * DeltaCodec.int8Tolerance(maximum);
        float value = Math.max(-maximum, Math.min(maximum, middle));
        assertWithinTolerance(
                new float[] {maximum, value, Math.nextUp(value), Math.nextDown(value)}, 1);
    }

    private static void assertWithinTolerance(float[] values, int rows)
            throws CorruptDeltaException {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                return;
            }
        }
        int columns = values.length / rows;
        float[] decoded =
                DeltaCodec.decode(DeltaCodec.encode("x", rows, columns, values, Encoding.INT8));
        for (int row = 0; row < rows; row++) {
            float maximum = 0;
            for (int i = row * columns; i < (row + 1) * columns; i++) {
                maximum = Math.max(maximum, Math.abs(values[i]));
            }
            double tolerance = DeltaCodec.int8Tolerance(maximum);
            for (int i = row * columns; i < (row + 1) * columns; i++) {
                assertThat(Math.abs((double) decoded[i] - values[i]))
                        .as("%s decoded from %s", decoded[i], values[i])
                        .isLessThanOrEqualTo(tolerance);
            }
        }
    }

    @Provide
    Arbitrary<float[]> rows() {
        return Arbitraries.oneOf(
                        Combinators.combine(magnitudes(), Arbitraries.of(1, -1))
                                .as((magnitude, sign) -> sign * magnitude),
                        Arbitraries.of(0f, -0f, Float.MIN_VALUE, -Float.MIN_NORMAL, 1e30f))
                .array(float[].class)
                .ofMinSize(1)
                .ofMaxSize(64);
    }

    /** Any positive finite float, all exponents equally likely. */
    @Provide
    Arbitrary<Float> magnitudes() {
        return Arbitraries.integers()
                .between(1, Float.floatToRawIntBits(Float.MAX_VALUE))
                .withDistribution(RandomDistribution.uniform())
                .map(Float::intBitsToFloat);
    }
}
