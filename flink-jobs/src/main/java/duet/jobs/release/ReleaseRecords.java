package duet.jobs.release;

import duet.schemas.record.ModelRelease;
import duet.schemas.serde.MalformedRecordException;
import duet.schemas.serde.RecordDecoder;
import duet.schemas.serde.RecordEncoder;
import duet.schemas.serde.Records;
import duet.schemas.serde.ReleaseValidation;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * This class reads the topic of releases, and writes releases as a checkpoint keeps them. It is not
 * thread-safe.
 */
public final class ReleaseRecords {
    private final RecordEncoder<ModelRelease> encoder = Records.releaseEncoder();
    private RecordDecoder<ModelRelease> decoder = Records.releaseDecoder();

    /** A change is what a record of the topic says. */
    public sealed interface Change {}

    /** The release is there, or it has changed. */
    public record Released(ModelRelease release) implements Change {}

    /** The record of that version was deleted. */
    public record Deleted(String version) implements Change {}

    /**
     * Reads a record of the topic, which may hold anything.
     *
     * @param key key of the record, null where there was none
     * @param value value of the record, null where it was deleted
     * @throws MalformedRecordException if it is neither a valid release nor a deletion of one
     */
    public Change read(byte @Nullable [] key, byte @Nullable [] value)
            throws MalformedRecordException {
        if (value == null) {
            if (key == null) {
                throw new MalformedRecordException("release has neither key nor value");
            }
            return new Deleted(new String(key, StandardCharsets.UTF_8));
        }
        try {
            ModelRelease release = decoder.decode(value);
            ReleaseValidation.check(release);
            return new Released(release);
        } catch (RuntimeException e) {
            // As for windows: the decoder may be left half way through a record (FLINK-31951).
            decoder = Records.releaseDecoder();
            throw new MalformedRecordException("release cannot be decoded: " + e, e);
        }
    }

    /** Decodes a release that was written by {@link #encode}, or checked before. */
    public ModelRelease decode(byte[] release) throws MalformedRecordException {
        return decoder.decode(release);
    }

    /** Returns the release as it is kept. */
    public byte[] encode(ModelRelease release) {
        return encoder.encode(release);
    }
}
