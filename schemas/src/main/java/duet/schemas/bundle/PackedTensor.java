package duet.schemas.bundle;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A packed tensor is a dense array of a type narrower than float32. The bytes are not copied: a
 * tensor is handed on, not changed.
 *
 * @param type F16 or I8
 * @param shape extent of each dimension, outermost first
 * @param bytes the numbers, row-major and little-endian
 */
public record PackedTensor(TensorType type, int[] shape, byte[] bytes) implements StoredTensor {
    public PackedTensor {
        if (type == TensorType.F32) {
            throw new IllegalArgumentException("a packed tensor of float32");
        }
        if (bytes.length % type.bytes() != 0) {
            throw new IllegalArgumentException(bytes.length + " bytes of " + type);
        }
        StoredTensor.requireSize(shape, bytes.length / type.bytes());
    }

    @Override
    public int byteCount() {
        return bytes.length;
    }

    @Override
    public void writeTo(ByteBuffer out) {
        out.put(bytes);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof PackedTensor t
                && type == t.type
                && Arrays.equals(shape, t.shape)
                && Arrays.equals(bytes, t.bytes);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * type.hashCode() + Arrays.hashCode(shape)) + Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return type + Arrays.toString(shape);
    }
}
