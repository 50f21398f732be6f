package duet.schemas.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class QuantizedTablePropertyTest {
    /** A table whose rows differ in size by up to 2^60, some of them zeros. */
    private static Tensor table(long seed, int rows, int columns) {
        Random random = new Random(seed);
        float[] values = new float[rows * columns];
        for (int row = 0; row < rows; row++) {
            double size = random.nextInt(8) == 0 ? 0 : Math.scalb(1.0, random.nextInt(60) - 40);
            for (int i = row * columns; i < (row + 1) * columns; i++) {
                values[i] = (float) (size * random.nextGaussian());
            }
        }
        return Tensor.of(values, rows, columns);
    }

    @Property(tries = 500)
    void noNumberChangesByMoreThanHalfTheScaleOfItsRow(
            @ForAll long seed,
            @ForAll @IntRange(min = 0, max = 20) int rows,
            @ForAll @IntRange(min = 1, max = 40) int columns) {
        Tensor table = table(seed, rows, columns);
        QuantizedTable quantized = QuantizedTable.of(table);
        float[] values = quantized.values().values();
        for (int i = 0; i < values.length; i++) {
            double scale = Math.max(quantized.scale(i / columns), Float16.LEAST);
            assertThat(Math.abs((double) values[i] - table.values()[i]))
                    .isLessThanOrEqualTo(scale / 2 * (1 + 1e-6));
        }
    }

    @Property(tries = 500)
    void aScaleIsTheLargestNumberOver127ToThreeDigits(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int columns) {
        Tensor table = table(seed, 10, columns);
        QuantizedTable quantized = QuantizedTable.of(table);
        for (int row = 0; row < 10; row++) {
            double largest = 0;
            for (int i = row * columns; i < (row + 1) * columns; i++) {
                largest = Math.max(largest, Math.abs(table.values()[i]));
            }
            double wanted = largest / 127;
            if (wanted > Float16.LEAST) {
                assertThat((double) quantized.scale(row))
                        .isBetween(wanted * (1 - 1e-6), wanted * (1 + 1.0 / 1024));
            } else {
                assertThat(quantized.scale(row)).isIn(0f, Float16.LEAST);
            }
        }
    }

    @Property(tries = 500)
    void quantizingTwiceIsQuantizingOnce(
            @ForAll long seed, @ForAll @IntRange(min = 1, max = 40) int columns) {
        QuantizedTable once = QuantizedTable.of(table(seed, 12, columns));
        assertThat(QuantizedTable.of(once.values()).stored("t")).isEqualTo(once.stored("t"));
    }

    @Property(tries = 200)
    void aFileGivesBackTheTable(
            @ForAll long seed,
            @ForAll @IntRange(min = 0, max = 20) int rows,
            @ForAll @IntRange(min = 1, max = 40) int columns) {
        QuantizedTable table = QuantizedTable.of(table(seed, rows, columns));
        byte[] file = Safetensors.encode(table.stored("t"));
        QuantizedTable read =
                QuantizedTable.of(Safetensors.decodeStored(file, "file"), "t", rows, columns);
        assertThat(read.values()).isEqualTo(table.values());
        assertThat(read.stored("t")).isEqualTo(table.stored("t"));
    }

    /** Float32 has 24 bits for a product of 7 and 11: every language gets the same value. */
    @Property(tries = 200)
    void aStepTimesItsScaleIsExact(@ForAll long seed) {
        QuantizedTable table = QuantizedTable.of(table(seed, 10, 8));
        float[] values = table.values().values();
        for (int i = 0; i < values.length; i++) {
            assertThat((double) values[i])
                    .isEqualTo((double) table.steps()[i] * table.scale(i / 8));
        }
        assertThat(Arrays.equals(values, table.values().values())).isTrue();
    }
}
