package duet.jobs.history;

import duet.schemas.serde.Interactions;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.Locale;

/**
 * This class writes a history as bytes and reads it back: the form it has in checkpoints, and a
 * contract with every savepoint ever taken. The first byte is the version, then come
 * variable-length numbers ({@link VariableLength}).
 *
 * <p>Version 1 is for histories of item ids. It holds the next sequence number; the number of
 * items; and, newest run of consecutive sequence numbers first, the length of the run and its
 * items, oldest first. Each run but the first is preceded by how many sequence numbers are missing
 * between it and the run before it.
 *
 * <p>Version 2 is for histories of feature vectors. It holds the same, with the dimension after the
 * number of vectors, and each vector as float32, big-endian.
 *
 * <p>Version 3 is for histories of both. It also holds the revision after the version, and the
 * dimension after the number of interactions, 0 for item ids. Histories of the versions before have
 * the revision 1 where they hold anything.
 *
 * <p>Version 4 also holds when the history was written after the version, in seconds since the
 * epoch, as four bytes, big-endian and unsigned. Histories of the versions before do not say it.
 *
 * <p>A history of H item ids takes {@code 26 + 19 H} bytes at most; without gaps, with item ids
 * below 2^28 and a revision below 16,384, {@code 21 + 4 H}, which is 821 bytes for H = 200; with
 * item ids below 16,384, sequence numbers below 2 million and a revision below 128 {@code 12 + 2
 * H}, which is 72 bytes for H = 30. A history of H vectors of dimension d takes {@code 27 + H (4 d
 * + 10)} bytes at most, without gaps {@code 29 + 4 d H}.
 */
public final class HistoryEncoding {
    private static final int ITEM_IDS = 1;
    private static final int FEATURE_VECTORS = 2;

    private static final int WITH_REVISION = 3;
    private static final int WITH_TIME = 4;

    /** This version is written, and it is the newest that is read. */
    public static final int VERSION = WITH_TIME;

    /**
     * An interaction that stands alone takes at most this many bytes, besides what it holds: nine
     * for the gap, one for its run's length.
     */
    private static final int MAX_RUN_BYTES = 10;

    private static final int MAX_ITEM_BYTES = 9;

    private HistoryEncoding() {}

    /**
     * Returns an upper bound of the encoded size of a history, in bytes.
     *
     * @param capacity H
     * @param dimension numbers of each feature vector, 0 for item ids
     */
    public static int maximumBytes(int capacity, int dimension) {
        return dimension == 0
                ? 26 + (MAX_RUN_BYTES + MAX_ITEM_BYTES) * capacity
                : 27 + (MAX_RUN_BYTES + Float.BYTES * dimension) * capacity;
    }

    public static void write(DeviceHistory history, DataOutput out) throws IOException {
        InteractionContents contents = history.contents();
        out.writeByte(VERSION);
        out.writeInt((int) history.writtenSecond());
        VariableLength.write(history.revision(), out);
        VariableLength.write(history.nextSequence(), out);
        VariableLength.write(history.size(), out);
        VariableLength.write(contents.dimension(), out);
        int end = history.size();
        while (end > 0) {
            int start = end - 1;
            while (start > 0 && history.sequence(start - 1) == history.sequence(start) - 1) {
                start--;
            }
            if (end < history.size()) {
                VariableLength.write(history.sequence(end) - history.sequence(end - 1) - 1, out);
            }
            VariableLength.write(end - start, out);
            write(contents, start, end, out);
            end = start;
        }
    }

    private static void write(InteractionContents contents, int start, int end, DataOutput out)
            throws IOException {
        if (contents instanceof FeatureVectors features) {
            for (int i = start; i < end; i++) {
                for (float number : features.vectors()[i]) {
                    out.writeFloat(number);
                }
            }
        } else if (contents instanceof ItemIds items) {
            // In one piece: the output looks for room at each call.
            byte[] bytes = new byte[MAX_ITEM_BYTES * (end - start)];
            int size = 0;
            for (int i = start; i < end; i++) {
                size = VariableLength.put(items.ids()[i], bytes, size);
            }
            out.write(bytes, 0, size);
        }
    }

    /**
     * Reads a history of any version up to {@link #VERSION}.
     *
     * @throws IOException if the bytes are of a later version or are not a history
     */
    public static DeviceHistory read(DataInput in) throws IOException {
        int version = in.readByte();
        if (version < ITEM_IDS || version > VERSION) {
            throw new IOException(
                    "device history has the encoding version "
                            + version
                            + ", this job reads up to "
                            + VERSION);
        }
        int writtenSecond = version >= WITH_TIME ? in.readInt() : (int) DeviceHistory.TIME_UNKNOWN;
        long revision = version >= WITH_REVISION ? VariableLength.read(in) : 1;
        long next = VariableLength.read(in);
        int size = bounded(VariableLength.read(in), 0, DeviceHistory.MAX_CAPACITY, "interactions");
        int dimension =
                version == ITEM_IDS
                        ? 0
                        : bounded(
                                VariableLength.read(in),
                                version == FEATURE_VECTORS ? 1 : 0,
                                Interactions.MAX_FEATURES,
                                "features");
        if (size == 0) {
            return DeviceHistory.of(
                    new ItemIds(),
                    new long[0],
                    version >= WITH_REVISION ? revision : 0,
                    writtenSecond);
        }
        if (dimension == 0) {
            long[] ids = new long[size];
            long[] sequences = readRuns(next, size, in, i -> ids[i] = VariableLength.read(in));
            return DeviceHistory.of(new ItemIds(ids), sequences, revision, writtenSecond);
        }
        float[][] vectors = new float[size][];
        long[] sequences = readRuns(next, size, in, i -> vectors[i] = vector(dimension, in));
        return DeviceHistory.of(new FeatureVectors(vectors), sequences, revision, writtenSecond);
    }

    /** A reader reads one interaction to its place. */
    private interface InteractionReader {
        void read(int index) throws IOException;
    }

    /** Reads all runs, newest first, and returns the sequence numbers. */
    private static long[] readRuns(long next, int size, DataInput in, InteractionReader reader)
            throws IOException {
        long[] sequences = new long[size];
        int end = size;
        long endSequence = next;
        while (end > 0) {
            if (end < size) {
                endSequence -= VariableLength.read(in);
            }
            long length = VariableLength.read(in);
            if (length < 1 || length > end || endSequence < length) {
                throw new IOException(
                        String.format(
                                Locale.ROOT,
                                "device history has a run of %,d items before sequence number %,d,"
                                        + " %,d are left",
                                length,
                                endSequence,
                                end));
            }
            int start = end - (int) length;
            endSequence -= length;
            for (int i = start; i < end; i++) {
                reader.read(i);
                sequences[i] = endSequence + i - start;
            }
            end = start;
        }
        return sequences;
    }

    private static float[] vector(int dimension, DataInput in) throws IOException {
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = in.readFloat();
        }
        return vector;
    }

    private static int bounded(long number, int least, int most, String what) throws IOException {
        if (number < least || number > most) {
            throw new IOException(
                    String.format(
                            Locale.ROOT,
                            "device history of %,d %s, the limit is %,d",
                            number,
                            what,
                            most));
        }
        return (int) number;
    }
}
