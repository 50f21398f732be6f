package duet.schemas.serde;

/**
 * Holds the sizes that a decoder accepts from outside, checked before anything is allocated for
 * them.
 *
 * @param recordBytes size of a whole encoded record
 * @param stringBytes size of one string in UTF-8
 * @param bytesBytes size of one {@code bytes} or {@code fixed} value
 * @param items items of one array or map, over all its blocks
 */
public record RecordLimits(int recordBytes, int stringBytes, int bytesBytes, int items) {
    /**
     * An {@link duet.schemas.record.InteractionWindow} has at most 512 interactions, identifiers of
     * 256 bytes and feature vectors of 4,096 numbers; all vectors of a window fit into 256 KiB.
     */
    public static final RecordLimits WINDOW =
            new RecordLimits(256 * 1024, 256, Interactions.MAX_FEATURES * Float.BYTES, 512);

    /** A {@link duet.schemas.record.WeightDelta} has at most 16 layers of up to 1 MiB. */
    public static final RecordLimits DELTA = new RecordLimits(4 << 20, 256, 1 << 20, 16);

    /** These are the limits of a {@link duet.schemas.record.ModelRelease}. */
    public static final RecordLimits RELEASE = new RecordLimits(64 * 1024, 2048, 1024, 64);

    /** These are the limits of a {@link duet.schemas.record.ReleaseStatus}. */
    public static final RecordLimits RELEASE_STATUS = new RecordLimits(16 * 1024, 1024, 0, 64);

    /** A {@link duet.schemas.record.DeviceReset} holds an identifier and a line of text. */
    public static final RecordLimits DEVICE_RESET = new RecordLimits(2 * 1024, 1024, 0, 0);

    /** A dead letter keeps at most so many bytes of the refused record's key. */
    public static final int DEAD_LETTER_KEY_BYTES = 1024;

    /**
     * These are the limits of a {@link duet.schemas.record.DeadLetter}, whose writer cuts values to
     * 512 KiB.
     */
    public static final RecordLimits DEAD_LETTER = new RecordLimits(1 << 20, 4096, 512 * 1024, 0);
}
