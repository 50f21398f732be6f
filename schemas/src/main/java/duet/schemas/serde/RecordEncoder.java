package duet.schemas.serde;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * Writes records in Avro single-object encoding, the inverse of {@link RecordDecoder}. Not thread-safe.
 *
 * @param <T> the generated record type
 */
public final class RecordEncoder<T extends SpecificRecordBase> {
    private final SpecificDatumWriter<T> writer;
    private final byte[] header;
    private final ByteArrayOutputStream buffer = new ByteArrayOutputStream(4096);
    private BinaryEncoder binary;

    public RecordEncoder(Schema schema) {
        this.writer = new SpecificDatumWriter<>(schema);
        this.header =
                ByteBuffer.allocate(RecordDecoder.HEADER_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .put(RecordDecoder.MARKER_0)
                        .put(RecordDecoder.MARKER_1)
                        .putLong(SchemaNormalization.parsingFingerprint64(schema))
                        .array();
    }

    /** The encoded record; a fresh array. */
    public byte[] encode(T record) {
        try {
            buffer.reset();
            buffer.write(header);
            binary = EncoderFactory.get().directBinaryEncoder(buffer, binary);
            writer.write(record, binary);
            binary.flush();
            return buffer.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot encode " + record.getSchema().getName(), e);
        }
    }
}
