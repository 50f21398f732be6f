package duet.schemas.serde;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.apache.avro.AvroTypeException;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.util.Utf8;

/**
 * Avro's binary decoder over one record, with every length checked against {@link RecordLimits} and against what is
 * left of the record before memory is allocated for it. Avro's own limits are properties of the whole JVM.
 */
final class BoundedDecoder extends Decoder {
    private final BinaryDecoder in;
    private final RecordLimits limits;
    private final int size;
    private long collectionItems;

    BoundedDecoder(byte[] record, int offset, int length, RecordLimits limits) {
        this.in = DecoderFactory.get().binaryDecoder(record, offset, length, null);
        this.limits = limits;
        this.size = length;
    }

    /** Whether the whole record was read. */
    boolean atEnd() throws IOException {
        return in.isEnd();
    }

    private int checkedLength(String what, int limit) throws IOException {
        // A bytes or string value is a long length followed by that many bytes (Avro 1.12
        // specification).
        long length = in.readLong();
        if (length < 0 || length > limit) {
            throw new AvroTypeException(
                    "%s of %,d bytes, the limit is %,d".formatted(what, length, limit));
        }
        if (length > size) {
            throw new EOFException(
                    "%s of %,d bytes in a record of %,d".formatted(what, length, size));
        }
        return (int) length;
    }

    private long checkedItems(long block) {
        collectionItems += block;
        if (block < 0 || collectionItems > limits.items()) {
            throw new AvroTypeException(
                    "collection of %,d items or more, the limit is %,d"
                            .formatted(collectionItems, limits.items()));
        }
        return block;
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
                    "string of %,d bytes is not UTF-8".formatted(bytes.length), e);
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
        collectionItems = 0;
        return checkedItems(in.readArrayStart());
    }

    @Override
    public long arrayNext() throws IOException {
        return checkedItems(in.arrayNext());
    }

    @Override
    public long skipArray() throws IOException {
        return in.skipArray();
    }

    @Override
    public long readMapStart() throws IOException {
        collectionItems = 0;
        return checkedItems(in.readMapStart());
    }

    @Override
    public long mapNext() throws IOException {
        return checkedItems(in.mapNext());
    }

    @Override
    public long skipMap() throws IOException {
        return in.skipMap();
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
