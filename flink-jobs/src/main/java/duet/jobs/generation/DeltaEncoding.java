package duet.jobs.generation;

import duet.schemas.record.Encoding;
import java.util.Locale;

/** An encoding is a way in which the job writes deltas. */
public enum DeltaEncoding {
    /** Deltas are exact and take 4 bytes a number. */
    FLOAT32(Encoding.FLOAT32),
    /**
     * Deltas take one byte a number and a scale a row, see {@link duet.schemas.delta.DeltaCodec}.
     */
    INT8(Encoding.INT8),
    /**
     * Deltas take half a byte a number and a scale a row, see {@link
     * duet.schemas.delta.DeltaCodec}.
     */
    INT4(Encoding.INT4);

    private final Encoding encoding;

    DeltaEncoding(Encoding encoding) {
        this.encoding = encoding;
    }

    Encoding encoding() {
        return encoding;
    }

    /** Returns the name as in options. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
