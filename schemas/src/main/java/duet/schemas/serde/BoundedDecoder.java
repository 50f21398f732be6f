package duet.schemas.serde;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.apache.avro.AvroTypeException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.util.Utf8;

/**
 * Reads Avro's binary encoding of one record, and checks every length against {@link RecordLimits}
 * and against the size of the record before memory is allocated for it. Avro's own limits are
 * properties of the whole JVM.
 */
final class BoundedDecoder extends Decoder {
    private final BinaryDecoder in;
    private final RecordLimits limits;
    private final int size;

    /** Counts the items so far of each collection that is being read, the innermost last. */
    private long[] collections = new long[4];

    private int depth;

    BoundedDecoder(byte[] record, int offset, int length, RecordLimits limits) {
        this.in = DecoderFactory.get().binaryDecoder(record, offset, length, null);
        this.limits = limits;
        this.size = length;
    }

    /** Returns whether the whole record was read. */
    boolean atEnd() throws IOException {
        return in.isEnd();
    }

    private int checkedLength(String what, int limit) throws IOException {
        // A bytes or string value is a long length followed by that many bytes (Avro 1.12
        // specification).
        long length = in.readLong();
        if (length < 0 || length > limit) {
            throw new AvroTypeException(
                    String.format(
                            Locale.ROOT, "%s of %,d bytes, the limit is %,d", what, length, limit));
        }
        if (length > size) {
            throw new EOFException(
                    String.format(
                            Locale.ROOT, "%s of %,d bytes in a record of %,d", what, length, size));
        }
        return (int) length;
    }

    private long startCollection() throws IOException {
        if (depth == collections.length) {
            collections = Arrays.copyOf(collections, depth * 2);
        }
        collections[depth++] = 0;
        return nextBlock();
    }

    private long nextBlock() throws IOException {
        long items = in.readLong();
        if (items < 0) {
            in.readLong(); // size of the block in bytes, for those who skip it
            items = -items;
        }
        checkItems(items, collections[depth - 1]);
        collections[depth - 1] += items;
        if (items == 0) {
            depth--;
        }
        return items;
    }

    private long skipBlocks() throws IOException {
        long items = in.readLong();
        while (items < 0) {
            long bytes = in.readLong();
            if (bytes < 0 || bytes > size) {
                throw new EOFException(
                        String.format(
                                Locale.ROOT, "block of %,d bytes in a record of %,d", bytes, size));
            }
            in.skipFixed((int) bytes);
            items = in.readLong();
        }
        checkItems(items, 0);
        return items;
    }

    /** Checks the number of items, which is negative where it was the smallest long. */
    private void checkItems(long items, long before) {
        if (items < 0 || items > limits.items() - before) {
            throw new AvroTypeException(
                    String.format(
                            Locale.ROOT, "collection of more than %,d items", limits.items()));
        }
    }

    private byte[] readLengthPrefixed(String what, int limit) throws IOException {
        byte[] bytes = new byte[checkedLength(what, limit)];
        in.readFixed(bytes, 0, bytes.length);
        return bytes;
    }

    @Override
    public String readString() throws IOException {
        byte[] bytes = readLengthPrefixed("string", limits.stringBytes());
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new AvroTypeException(
                    String.format(Locale.ROOT, "string of %,d bytes is not UTF-8", bytes.length),
                    e);
        }
    }

    @Override
    public Utf8 readString(Utf8 old) throws IOException {
        return new Utf8(readString());
    }

    @Override
    public void skipString() throws IOException {
        in.skipFixed(checkedLength("string", limits.stringBytes()));
    }

    @Override
    public ByteBuffer readBytes(ByteBuffer old) throws IOException {
        return ByteBuffer.wrap(readLengthPrefixed("bytes value", limits.bytesBytes()));
    }

    @Override
    public void skipBytes() throws IOException {
        in.skipFixed(checkedLength("bytes value", limits.bytesBytes()));
    }

    @Override
    public long readArrayStart() throws IOException {
        return startCollection();
    }

    @Override
    public long arrayNext() throws IOException {
        return nextBlock();
    }

    @Override
    public long skipArray() throws IOException {
        return skipBlocks();
    }

    @Override
    public long readMapStart() throws IOException {
        return startCollection();
    }

    @Override
    public long mapNext() throws IOException {
        return nextBlock();
    }

    @Override
    public long skipMap() throws IOException {
        return skipBlocks();
    }

    @Override
    public void readNull() throws IOException {
        in.readNull();
    }

    @Override
    public boolean readBoolean() throws IOException {
        return in.readBoolean();
    }

    @Override
    public int readInt() throws IOException {
        return in.readInt();
    }

    @Override
    public long readLong() throws IOException {
        return in.readLong();
    }

    @Override
    public float readFloat() throws IOException {
        return in.readFloat();
    }

    @Override
    public double readDouble() throws IOException {
        return in.readDouble();
    }

    @Override
    public void readFixed(byte[] bytes, int start, int length) throws IOException {
        in.readFixed(bytes, start, length);
    }

    @Override
    public void skipFixed(int length) throws IOException {
        in.skipFixed(length);
    }

    @Override
    public int readEnum() throws IOException {
        return in.readEnum();
    }

    @Override
    public int readIndex() throws IOException {
        return in.readIndex();
    }
}
