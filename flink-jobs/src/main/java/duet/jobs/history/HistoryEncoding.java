package duet.jobs.history;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;

/**
 * A history as bytes, the form it has in checkpoints; a contract with every savepoint ever taken.
 *
 * <p>Version 1: the version byte, then variable-length numbers ({@link VariableLength}): next sequence number; number of
 * items; and, newest run of consecutive sequence numbers first, the length of the run and its items, oldest first. Each
 * run but the first is preceded by how many sequence numbers are missing between it and the run before it.
 *
 * <p>Size: 12 + {@value #MAX_ITEM_BYTES} H bytes at most; without gaps, with item ids below 16,384 and sequence numbers
 * below 2 million, 6 + 2 H: 66 bytes for H = 30.
 */
public final class HistoryEncoding {
    /** The version that is written, and the newest that is read. */
    public static final int VERSION = 1;

    /** Most bytes per item, where it stands alone: nine for the gap, one for its run's length, nine for the id. */
    private static final int MAX_ITEM_BYTES = 19;

    private HistoryEncoding() {}

    /** Upper bound of the encoded size of a history of {@code capacity} items, in bytes. */
    public static int maximumBytes(int capacity) {
        return 12 + MAX_ITEM_BYTES * capacity;
    }

    public static void write(DeviceHistory history, DataOutput out) throws IOException {
        out.writeByte(VERSION);
        VariableLength.write(history.nextSequence(), out);
        VariableLength.write(history.size(), out);
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
            for (int i = start; i < end; i++) {
                VariableLength.write(history.item(i), out);
            }
            end = start;
        }
    }

    /**
     * @throws IOException if the bytes are of a later version or are not a history
     */
    public static DeviceHistory read(DataInput in) throws IOException {
        int version = in.readByte();
        if (version != VERSION) {
            throw new IOException(
                    "device history has the encoding version %d, this job reads up to %d"
                            .formatted(version, VERSION));
        }
        long next = VariableLength.read(in);
        long size = VariableLength.read(in);
        if (size > DeviceHistory.MAX_CAPACITY) {
            throw new IOException(
                    "device history of %,d items, the limit is %,d"
                            .formatted(size, DeviceHistory.MAX_CAPACITY));
        }
        long[] items = new long[(int) size];
        long[] sequences = new long[(int) size];
        int end = items.length;
        long endSequence = next;
        while (end > 0) {
            if (end < items.length) {
                endSequence -= VariableLength.read(in);
            }
            long length = VariableLength.read(in);
            if (length < 1 || length > end || endSequence < length) {
                throw new IOException(
                        "device history has a run of %,d items before sequence number %,d, %,d are left"
                                .formatted(length, endSequence, end));
            }
            int start = end - (int) length;
            endSequence -= length;
            for (int i = start; i < end; i++) {
                items[i] = VariableLength.read(in);
                sequences[i] = endSequence + i - start;
            }
            end = start;
        }
        return DeviceHistory.of(items, sequences);
    }
}
