package duet.jobs.history;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * This class writes and reads numbers in base 128, least significant group first, the top bit set
 * on every byte but the last (LEB128): a number that is not negative takes one byte below 128, two
 * below 16,384, nine at most.
 */
public final class VariableLength {
    private VariableLength() {}

    /** Writes a number that is not negative. */
    public static void write(long number, DataOutput out) throws IOException {
        if (number < 0) {
            throw new IllegalArgumentException(number + " is negative");
        }
        writeBits(number, out);
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws IOException if the input ends or the number is negative
     */
    public static long read(DataInput in) throws IOException {
        long number = readBits(in);
        if (number < 0) {
            throw new IOException("a number of more than 63 bits");
        }
        return number;
    }

    /** Writes any number; small magnitudes are short, ten bytes at most. */
    public static void writeSigned(long number, DataOutput out) throws IOException {
        writeBits((number << 1) ^ (number >> (Long.SIZE - 1)), out);
    }

    /** Reads what {@link #writeSigned} wrote. */
    public static long readSigned(DataInput in) throws IOException {
        long bits = readBits(in);
        return (bits >>> 1) ^ -(bits & 1);
    }

    /**
     * Puts a number that is not negative into an array from {@code at} on, where there is room for
     * nine bytes.
     *
     * @return the place behind it
     */
    static int put(long number, byte[] bytes, int at) {
        if (number < 0) {
            throw new IllegalArgumentException(number + " is negative");
        }
        int next = at;
        long rest = number;
        while (rest > 0x7F) {
            bytes[next++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[next++] = (byte) rest;
        return next;
    }

    private static void writeBits(long bits, DataOutput out) throws IOException {
        long rest = bits;
        while ((rest & ~0x7FL) != 0) {
            out.writeByte((int) rest | 0x80);
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }

    private static long readBits(DataInput in) throws IOException {
        long bits = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            byte group = in.readByte();
            bits |= (long) (group & 0x7F) << shift;
            if (group >= 0) {
                return bits;
            }
        }
        throw new IOException("a number of more than 64 bits");
    }
}
