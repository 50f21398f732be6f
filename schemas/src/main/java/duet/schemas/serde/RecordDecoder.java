package duet.schemas.serde;

import duet.schemas.OneLine;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * Reads records in Avro single-object encoding (two marker bytes, CRC-64-AVRO fingerprint of the
 * writer's schema, binary body; Avro 1.12 specification, "Single-object encoding"). Records of
 * older published schemas are resolved to the current one. It is not thread-safe.
 *
 * @param <T> the generated record type
 */
public final class RecordDecoder<T extends SpecificRecordBase> {
    static final int HEADER_BYTES = 10;
    static final byte MARKER_0 = (byte) 0xC3;
    static final byte MARKER_1 = (byte) 0x01;

    /** At most this many characters of what Avro says are passed on. */
    private static final int MAX_CAUSE_LENGTH = 200;

    /**
     * Avro may sit in a parent class loader that does not see the generated types; this one does.
     */
    private static final SpecificData GENERATED_TYPES =
            new SpecificData(RecordDecoder.class.getClassLoader());

    private final Schema readerSchema;
    private final RecordLimits limits;
    private final Map<Long, SpecificDatumReader<T>> readers = new HashMap<>();

    /**
     * Makes a decoder to {@code readerSchema} that accepts it and every published version of it.
     */
    public RecordDecoder(Schema readerSchema, RecordLimits limits) {
        this(readerSchema, limits, PublishedSchemas.of(readerSchema.getName()));
    }

    RecordDecoder(Schema readerSchema, RecordLimits limits, List<Schema> writerSchemas) {
        this.readerSchema = readerSchema;
        this.limits = limits;
        writerSchemas.forEach(this::addWriter);
        addWriter(readerSchema);
    }

    private void addWriter(Schema writer) {
        readers.put(
                SchemaNormalization.parsingFingerprint64(writer),
                new SpecificDatumReader<>(writer, readerSchema, GENERATED_TYPES));
    }

    /**
     * Decodes one record.
     *
     * @throws MalformedRecordException if the bytes are too long, do not carry a known fingerprint,
     *     are cut, exceed a limit, or leave bytes over
     */
    public T decode(byte @Nullable [] record) throws MalformedRecordException {
        if (record == null) {
            throw new MalformedRecordException("record has no value");
        }
        if (record.length > limits.recordBytes()) {
            throw new MalformedRecordException(
                    String.format(
                            Locale.ROOT,
                            "record of %,d bytes, the limit is %,d",
                            record.length,
                            limits.recordBytes()));
        }
        SpecificDatumReader<T> reader = readers.get(fingerprint(record));
        if (reader == null) {
            throw new MalformedRecordException(
                    String.format(
                            Locale.ROOT,
                            "schema fingerprint %016x is not a published version of %s",
                            fingerprint(record),
                            readerSchema.getName()));
        }
        BoundedDecoder body =
                new BoundedDecoder(record, HEADER_BYTES, record.length - HEADER_BYTES, limits);
        T decoded;
        boolean complete;
        try {
            decoded = reader.read(null, body);
            complete = body.atEnd();
        } catch (EOFException e) {
            throw new MalformedRecordException(
                    String.format(
                            Locale.ROOT,
                            "%s of %,d bytes is cut",
                            readerSchema.getName(),
                            record.length),
                    e);
        } catch (IOException | AvroRuntimeException | IndexOutOfBoundsException e) {
            throw new MalformedRecordException(
                    readerSchema.getName()
                            + " cannot be decoded: "
                            + OneLine.of(OneLine.of(e), MAX_CAUSE_LENGTH),
                    e);
        }
        if (!complete) {
            throw new MalformedRecordException(
                    readerSchema.getName() + " is followed by bytes that do not belong to it");
        }
        return decoded;
    }

    private long fingerprint(byte[] record) throws MalformedRecordException {
        if (record.length < HEADER_BYTES || record[0] != MARKER_0 || record[1] != MARKER_1) {
            throw new MalformedRecordException(
                    String.format(
                            Locale.ROOT,
                            "record of %,d bytes does not start with the marker of Avro"
                                    + " single-object encoding",
                            record.length));
        }
        return ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN).getLong(2);
    }
}
