package duet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;

/**
 * Equality of results that were computed in two ways: by two engines, in batches of different
 * sizes, from inputs laid out differently. Libraries choose their kernels by processor and by
 * shape, and each kernel adds up in an order of its own; only the same code on the same input of
 * the same shape gives the same bits.
 */
public final class Rounding {
    /**
     * What two float32 computations of these small networks may differ by, as a part of the largest
     * number of the result. One rounding is at most 6e-8, and some hundred of them add up along the
     * way; a wrong term is far larger.
     */
    public static final float TOLERANCE = 1e-5f;

    private Rounding() {}

    /** Asserts that each number is the expected one but for rounding. */
    public static void assertSame(float[] actual, float[] expected) {
        assertThat(actual).containsExactly(expected, within(tolerance(expected)));
    }

    /**
     * As {@link #assertSame}, where all numbers may be near zero: numbers below 1 are compared as
     * if one were 1.
     */
    public static void assertClose(float[] actual, float[] expected) {
        assertThat(actual)
                .containsExactly(expected, within(Math.max(TOLERANCE, tolerance(expected))));
    }

    /** Asserts that there is a number which is another one by more than rounding. */
    public static void assertDiffers(float[] actual, float[] other) {
        assertThat(actual).hasSameSizeAs(other);
        float largest = 0;
        for (int i = 0; i < actual.length; i++) {
            largest = Math.max(largest, Math.abs(actual[i] - other[i]));
        }
        assertThat(largest)
                .as("%s from %s", Arrays.toString(actual), Arrays.toString(other))
                .isGreaterThan(tolerance(other));
    }

    /**
     * The tolerance of a result: relative to its largest number, as sums lose that much where terms
     * cancel out.
     */
    public static float tolerance(float... result) {
        float largest = 0;
        for (float number : result) {
            largest = Math.max(largest, Math.abs(number));
        }
        return TOLERANCE * largest;
    }

    /**
     * The tolerance of scores of many devices: relative to the largest of all, but at least to 1,
     * as one may be near zero.
     */
    public static float tolerance(List<float[]> scores) {
        float tolerance = TOLERANCE;
        for (float[] device : scores) {
            tolerance = Math.max(tolerance, tolerance(device));
        }
        return tolerance;
    }
}
