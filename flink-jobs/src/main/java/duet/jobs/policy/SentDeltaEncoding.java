package duet.jobs.policy;

import duet.jobs.history.VariableLength;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Locale;

/**
 * This class writes a {@link SentDelta} as bytes and reads it back: the form it has in checkpoints,
 * and a contract with every savepoint ever taken.
 *
 * <p>Version 2 holds one byte for the version; eight for the model version's fingerprint,
 * big-endian; the sending time in milliseconds since the epoch and the number of bytes of the
 * embedding as {@link VariableLength} numbers; the scale as a float, big-endian; the embedding's
 * numbers, a byte each.
 *
 * <p>Version 1 lacks the scale: it held the direction of an embedding, not how far it goes. It is
 * read with the scale 0, as of a device that holds the global model, so that the device's next
 * delta is as likely to be sent as a new device's.
 *
 * <p>A sent delta with an embedding of d_z numbers takes {@code 24 + d_z} bytes at most with d_z
 * below 16,384; in this century {@code 20 + d_z} with d_z below 128, which is 84 bytes for d_z =
 * 64.
 */
public final class SentDeltaEncoding {
    /** This version is written, and it is the newest that is read. */
    public static final int VERSION = 2;

    private static final int WITHOUT_SCALE = 1;

    /** No wider embedding than this is read. */
    private static final int MAX_WIDTH = 16_383;

    private SentDeltaEncoding() {}

    public static void write(SentDelta sent, DataOutput out) throws IOException {
        byte[] numbers = sent.numbers();
        if (numbers.length > MAX_WIDTH) {
            throw new IOException(
                    String.format(
                            Locale.ROOT,
                            "a distribution embedding of %,d numbers, the limit is %,d",
                            numbers.length,
                            MAX_WIDTH));
        }
        out.writeByte(VERSION);
        out.writeLong(sent.version());
        VariableLength.write(sent.sentAtMillis(), out);
        VariableLength.write(numbers.length, out);
        out.writeFloat(sent.scale());
        out.write(numbers);
    }

    /**
     * Reads a sent delta of any version up to {@link #VERSION}.
     *
     * @throws IOException if the bytes are of a later version or are none of these
     */
    public static SentDelta read(DataInput in) throws IOException {
        int version = in.readByte();
        if (version < WITHOUT_SCALE || version > VERSION) {
            throw new IOException(
                    "a sent delta has the encoding version "
                            + version
                            + ", this job reads up to "
                            + VERSION);
        }
        long modelVersion = in.readLong();
        long sentAtMillis = VariableLength.read(in);
        long width = VariableLength.read(in);
        if (width > MAX_WIDTH) {
            throw new IOException(
                    String.format(
                            Locale.ROOT,
                            "a sent delta has a distribution embedding of %,d numbers, the limit is"
                                    + " %,d",
                            width,
                            MAX_WIDTH));
        }
        float scale = version == WITHOUT_SCALE ? 0 : in.readFloat();
        if (!(scale >= 0 && scale < Float.POSITIVE_INFINITY)) {
            throw new IOException("a sent delta has the scale " + scale);
        }
        byte[] numbers = new byte[(int) width];
        in.readFully(numbers);
        return SentDelta.restored(modelVersion, sentAtMillis, scale, numbers);
    }
}
