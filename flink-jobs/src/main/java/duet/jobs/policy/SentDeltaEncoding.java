package duet.jobs.policy;

import duet.jobs.history.VariableLength;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A {@link SentDelta} as bytes, the form it has in checkpoints; a contract with every savepoint ever taken.
 *
 * <p>Version 1: one byte for the version; eight for the model version's fingerprint, big-endian; the sending time in
 * milliseconds since the epoch and the number of bytes of the direction as {@link VariableLength} numbers; the direction.
 *
 * <p>Size for embeddings of d_z numbers: {@code 20 + d_z} bytes at most with d_z below 16,384; in this century {@code 16 + d_z}
 * with d_z below 128, which is 80 bytes for d_z = 64.
 */
public final class SentDeltaEncoding {
    /** The newest version that is written and read. */
    public static final int VERSION = 1;

    /** Widest embedding that is read. */
    private static final int MAX_WIDTH = 16_383;

    private SentDeltaEncoding() {}

    public static void write(SentDelta sent, DataOutput out) throws IOException {
        byte[] direction = sent.direction();
        if (direction.length > MAX_WIDTH) {
            throw new IOException(
                    "a distribution embedding of %,d numbers, the limit is %,d"
                            .formatted(direction.length, MAX_WIDTH));
        }
        out.writeByte(VERSION);
        out.writeLong(sent.version());
        VariableLength.write(sent.sentAtMillis(), out);
        VariableLength.write(direction.length, out);
        out.write(direction);
    }

    /**
     * @throws IOException if the bytes are of a later version or are none of these
     */
    public static SentDelta read(DataInput in) throws IOException {
        int version = in.readByte();
        if (version != VERSION) {
            throw new IOException(
                    "a sent delta has the encoding version %d, this job reads up to %d"
                            .formatted(version, VERSION));
        }
        long modelVersion = in.readLong();
        long sentAtMillis = VariableLength.read(in);
        long width = VariableLength.read(in);
        if (width > MAX_WIDTH) {
            throw new IOException(
                    "a sent delta has a distribution embedding of %,d numbers, the limit is %,d"
                            .formatted(width, MAX_WIDTH));
        }
        byte[] direction = new byte[(int) width];
        in.readFully(direction);
        return SentDelta.restored(modelVersion, sentAtMillis, direction);
    }
}
