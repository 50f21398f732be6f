package duet.jobs.generation;

import duet.schemas.record.Encoding;

/** How the job writes deltas. */
public enum DeltaEncoding {
    /** Exact; 4 bytes a number. */
    FLOAT32(Encoding.FLOAT32),
    /** One byte a number and a scale a row, see {@link duet.schemas.delta.DeltaCodec}. */
    INT8(Encoding.INT8),
    /** Half a byte a number and a scale a row, see {@link duet.schemas.delta.DeltaCodec}. */
    INT4(Encoding.INT4);

    private final Encoding encoding;

    DeltaEncoding(Encoding encoding) {
        this.encoding = encoding;
    }

    Encoding encoding() {
        return encoding;
    }
}
