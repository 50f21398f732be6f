package duet.schemas.serde;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * Writes records in Avro single-object encoding, and is the inverse of {@link RecordDecoder}. It is
 * not thread-safe.
 *
 * @param <T> the generated record type
 */
public final class RecordEncoder<T extends SpecificRecordBase> {
    /**
     * The generated types write themselves where they can, without a look at the schema for each
     * field.
     */
    private static final SpecificData SELF_WRITING =
            new SpecificData(RecordEncoder.class.getClassLoader());

    static {
        SELF_WRITING.setCustomCoders(true);
    }

    private final SpecificDatumWriter<T> writer;
    private final byte[] header;
    private final ArrayEncoder body = new ArrayEncoder();

    public RecordEncoder(Schema schema) {
        this.writer = new SpecificDatumWriter<>(schema, SELF_WRITING);
        this.header =
                ByteBuffer.allocate(RecordDecoder.HEADER_BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .put(RecordDecoder.MARKER_0)
                        .put(RecordDecoder.MARKER_1)
                        .putLong(SchemaNormalization.parsingFingerprint64(schema))
                        .array();
    }

    /** Returns the encoded record in a fresh array. */
    public byte[] encode(T record) {
        body.reset();
        body.writeFixed(header, 0, header.length);
        try {
            writer.write(record, body);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot encode " + record.getSchema().getName(), e);
        }
        return body.toByteArray();
    }
}
