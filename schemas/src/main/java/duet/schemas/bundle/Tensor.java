package duet.schemas.bundle;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A tensor is a dense float32 array. The values are not copied: a tensor is handed on, not changed.
 *
 * @param shape extent of each dimension, outermost first
 * @param values row-major, as many as the product of the shape
 */
public record Tensor(int[] shape, float[] values) implements StoredTensor {
    public Tensor {
        StoredTensor.requireSize(shape, values.length);
    }

    public static Tensor of(float[] values, int... shape) {
        return new Tensor(shape, values);
    }

    @Override
    public TensorType type() {
        return TensorType.F32;
    }

    @Override
    public int byteCount() {
        return Math.multiplyExact(values.length, Float.BYTES);
    }

    @Override
    public void writeTo(ByteBuffer out) {
        for (float value : values) {
            out.putFloat(value);
        }
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
