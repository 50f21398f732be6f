package duet.schemas.serde;

import java.util.Arrays;
import org.apache.avro.io.BinaryData;
import org.apache.avro.io.BinaryEncoder;

/**
 * Writes Avro's binary encoding into an array that grows with the largest record and is used again
 * for the next. It is not thread-safe.
 */
final class ArrayEncoder extends BinaryEncoder {
    private static final int INITIAL_BYTES = 4096;

    /** The longest variable-length number takes so many bytes. */
    private static final int NUMBER_BYTES = 10;

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int size;

    /** Forgets what was written. */
    void reset() {
        size = 0;
    }

    /** Returns what was written since the reset, in a fresh array. */
    byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    private void ensure(int more) {
        if (more > bytes.length - size) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(size, more), 2 * bytes.length));
        }
    }

    @Override
    public void writeBoolean(boolean b) {
        ensure(1);
        bytes[size++] = (byte) (b ? 1 : 0);
    }

    @Override
    public void writeInt(int n) {
        ensure(NUMBER_BYTES);
        size += BinaryData.encodeInt(n, bytes, size);
    }

    @Override
    public void writeLong(long n) {
        ensure(NUMBER_BYTES);
        size += BinaryData.encodeLong(n, bytes, size);
    }

    @Override
    public void writeFloat(float f) {
        ensure(Float.BYTES);
        size += BinaryData.encodeFloat(f, bytes, size);
    }

    @Override
    public void writeDouble(double d) {
        ensure(Double.BYTES);
        size += BinaryData.encodeDouble(d, bytes, size);
    }

    @Override
    public void writeFixed(byte[] from, int start, int length) {
        ensure(length);
        System.arraycopy(from, start, bytes, size, length);
        size += length;
    }

    @Override
    protected void writeZero() {
        ensure(1);
        bytes[size++] = 0;
    }

    /** Returns 0, because everything is in the array at once. */
    @Override
    public int bytesBuffered() {
        return 0;
    }

    @Override
    public void flush() {}
}
