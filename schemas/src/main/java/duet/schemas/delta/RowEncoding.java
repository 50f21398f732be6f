package duet.schemas.delta;

import duet.schemas.record.Encoding;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Turns one stored row of numbers into bytes and back into numbers; {@link DeltaCodec} says what
 * the forms are.
 */
enum RowEncoding {
    FLOAT32(Encoding.FLOAT32, Float.SIZE, 0) {
        @Override
        void writeNumbers(float[] values, int from, int columns, float scale, ByteBuffer data) {
            data.asFloatBuffer().put(values, from, columns);
            data.position(data.position() + columns * Float.BYTES);
        }

        @Override
        void readNumbers(ByteBuffer data, float scale, float[] values, int from, int columns) {
            for (int i = from; i < from + columns; i++) {
                values[i] = data.getFloat();
            }
        }
    },

    INT8(Encoding.INT8, Byte.SIZE, 127) {
        @Override
        void writeNumbers(float[] values, int from, int columns, float scale, ByteBuffer data) {
            byte[] bytes = data.array();
            int at = take(data, columns);
            for (int i = from; i < from + columns; i++) {
                bytes[at++] = (byte) steps(values[i], scale);
            }
        }

        @Override
        void readNumbers(ByteBuffer data, float scale, float[] values, int from, int columns) {
            for (int i = from; i < from + columns; i++) {
                values[i] = data.get() * scale;
            }
        }
    },

    INT4(Encoding.INT4, 4, 7) {
        @Override
        void writeNumbers(float[] values, int from, int columns, float scale, ByteBuffer data) {
            byte[] bytes = data.array();
            int at = take(data, rowBytes(columns));
            int i = from;
            for (; i + 1 < from + columns; i += 2) {
                int low = steps(values[i], scale);
                int high = steps(values[i + 1], scale);
                bytes[at++] = (byte) (high << 4 | low & 0xF);
            }
            if (i < from + columns) {
                bytes[at] = (byte) (steps(values[i], scale) & 0xF);
            }
        }

        @Override
        void readNumbers(ByteBuffer data, float scale, float[] values, int from, int columns)
                throws CorruptDeltaException {
            for (int i = 0; i < columns; i += 2) {
                byte pair = data.get();
                values[from + i] = requireSteps(pair << 28 >> 28) * scale;
                int high = requireSteps(pair >> 4);
                if (i + 1 < columns) {
                    values[from + i + 1] = high * scale;
                } else if (high != 0) {
                    throw new CorruptDeltaException("has bits behind the last number of a row");
                }
            }
        }

        private int requireSteps(int nibble) throws CorruptDeltaException {
            if (nibble == -8) {
                throw new CorruptDeltaException("holds the number -8, the least is -7");
            }
            return nibble;
        }
    };

    /**
     * A double of this size counts in ones; half a size more, so that negative numbers stay of this
     * size, too.
     */
    private static final double WHOLE = 0x1.8p52;

    private final Encoding encoding;
    private final int bits;
    private final int levels;

    RowEncoding(Encoding encoding, int bits, int levels) {
        this.encoding = encoding;
        this.bits = bits;
        this.levels = levels;
    }

    /** Returns the row encoding of a record's encoding, null for {@link Encoding#UNKNOWN}. */
    static @Nullable RowEncoding of(Encoding encoding) {
        for (RowEncoding candidate : values()) {
            if (candidate.encoding == encoding) {
                return candidate;
            }
        }
        return null;
    }

    /** Returns how many bytes of data a row takes; a row starts on a byte boundary. */
    int rowBytes(int columns) {
        return (columns * bits + Byte.SIZE - 1) / Byte.SIZE;
    }

    /** Returns how many bytes of scale a row takes. */
    int scaleBytes() {
        return levels == 0 ? 0 : Short.BYTES;
    }

    /**
     * Writes {@code columns} numbers from {@code from} on.
     *
     * @param data a buffer of zeros with an array
     * @return whether they are finite; nothing is written where one is not
     */
    boolean write(float[] values, int from, int columns, ByteBuffer data, ByteBuffer scales) {
        float maximum = maximum(values, from, columns);
        if (!Float.isFinite(maximum)) {
            return false;
        }
        float scale = 0;
        if (levels > 0) {
            scale = scale(maximum);
            scales.putShort((short) (Float.floatToRawIntBits(scale) >>> 16));
        }
        if (levels > 0 && scale == 0) {
            data.position(data.position() + rowBytes(columns));
        } else {
            writeNumbers(values, from, columns, scale, data);
        }
        return true;
    }

    /**
     * Reads {@code columns} numbers to {@code from} on.
     *
     * @throws CorruptDeltaException if they are not finite, or bytes that {@link #write} never
     *     gives
     */
    void read(ByteBuffer data, ByteBuffer scales, float[] values, int from, int columns)
            throws CorruptDeltaException {
        float scale = 0;
        if (levels > 0) {
            scale = requireFinite(Float.intBitsToFloat(scales.getShort() << 16));
            if (scale < 0) {
                throw new CorruptDeltaException("has the scale " + scale);
            }
        }
        readNumbers(data, scale, values, from, columns);
        for (int i = from; i < from + columns; i++) {
            requireFinite(values[i]);
        }
    }

    /** Returns the largest error of a number in a row of that largest magnitude. */
    float tolerance(float maximum) {
        return levels == 0 ? 0 : scale(maximum) / 2;
    }

    /** Returns the largest magnitude; not finite where one of the numbers is not. */
    static float maximum(float[] values, int from, int columns) {
        // Bits of floats without their sign order as the floats do, those of no number last, and
        // the processor compares whole numbers faster.
        int maximum = 0;
        for (int i = from; i < from + columns; i++) {
            maximum = Math.max(maximum, Float.floatToRawIntBits(values[i]) & Integer.MAX_VALUE);
        }
        return Float.intBitsToFloat(maximum);
    }

    abstract void writeNumbers(float[] values, int from, int columns, float scale, ByteBuffer data);

    abstract void readNumbers(ByteBuffer data, float scale, float[] values, int from, int columns)
            throws CorruptDeltaException;

    /**
     * Returns {@code maximum / levels} as bfloat16, rounded up so that no value exceeds that many
     * steps; down where the outermost step would leave the range of float, which costs less than
     * half a step.
     */
    private float scale(float maximum) {
        if (maximum == 0) {
            return 0;
        }
        int bits = Float.floatToRawIntBits(Math.max(maximum / levels, Float.MIN_NORMAL));
        float up = Float.intBitsToFloat((bits + 0xFFFF) & 0xFFFF0000);
        return Float.isFinite(up * levels) ? up : Float.intBitsToFloat(bits & 0xFFFF0000);
    }

    /**
     * Returns the whole number nearest to the quotient, the even one of two. The quotient is a
     * double, because one rounded to float may cross the middle between two steps. Added to {@link
     * #WHOLE} it leaves no room for a fraction, and its last bits are the number.
     */
    private static int steps(float value, float scale) {
        return (int) Double.doubleToRawLongBits((double) value / scale + WHOLE);
    }

    /**
     * Returns the place of the next bytes in the array of a buffer, and moves the buffer behind
     * them.
     */
    private static int take(ByteBuffer data, int bytes) {
        int at = data.arrayOffset() + data.position();
        data.position(data.position() + bytes);
        return at;
    }

    private static float requireFinite(float value) throws CorruptDeltaException {
        if (!Float.isFinite(value)) {
            throw new CorruptDeltaException("holds the value " + value);
        }
        return value;
    }
}
