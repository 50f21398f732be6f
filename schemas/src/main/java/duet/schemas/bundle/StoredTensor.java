package duet.schemas.bundle;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;

/**
 * A stored tensor is a dense row-major array as a safetensors file holds it: float32, {@link
 * Tensor}, or of a narrower type, {@link PackedTensor}.
 */
public sealed interface StoredTensor permits Tensor, PackedTensor {
    TensorType type();

    /** Returns the extent of each dimension, outermost first. */
    int[] shape();

    /** Returns how many bytes the numbers take. */
    int byteCount();

    /** Writes the numbers, in the order of the buffer, which is little-endian. */
    void writeTo(ByteBuffer out);

    /** Returns whether the tensor has this shape. */
    default boolean hasShape(int... expected) {
        return Arrays.equals(shape(), expected);
    }

    /**
     * Checks that there are as many values as a shape needs.
     *
     * @throws IllegalArgumentException if there are not, or an extent is negative
     */
    static void requireSize(int[] shape, int values) {
        long size = 1;
        for (int extent : shape) {
            if (extent < 0) {
                throw new IllegalArgumentException("shape " + Arrays.toString(shape));
            }
            size *= extent;
        }
        if (size != values) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "shape %s needs %d values, there are %d",
                            Arrays.toString(shape),
                            size,
                            values));
        }
    }
}
