package duet.schemas.bundle;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A tensor is a dense float32 array. The values are not copied: a tensor is handed on, not changed.
 *
 * @param shape extent of each dimension, outermost first
 * @param values row-major, as many as the product of the shape
 */
public record Tensor(int[] shape, float[] values) {
    public Tensor {
        long size = 1;
        for (int extent : shape) {
            if (extent < 0) {
                throw new IllegalArgumentException("shape " + Arrays.toString(shape));
            }
            size *= extent;
        }
        if (size != values.length) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "shape %s needs %d values, there are %d",
                            Arrays.toString(shape),
                            size,
                            values.length));
        }
    }

    public static Tensor of(float[] values, int... shape) {
        return new Tensor(shape, values);
    }

    public boolean hasShape(int... expected) {
        return Arrays.equals(shape, expected);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Tensor t
                && Arrays.equals(shape, t.shape)
                && Arrays.equals(values, t.values);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(shape) + Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return "Tensor" + Arrays.toString(shape);
    }
}
