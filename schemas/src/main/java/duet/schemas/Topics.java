package duet.schemas;

/** Holds the default topic names of the records. */
public final class Topics {
    /** The topic holds each {@link duet.schemas.record.InteractionWindow}, keyed by device. */
    public static final String WINDOWS = "duet.windows";

    /**
     * The topic holds each {@link duet.schemas.record.WeightDelta}, keyed by device; it is
     * compacted. A record without a value says that the device is forgotten; a device that reads it
     * keeps its weights.
     */
    public static final String DELTAS = "duet.deltas";

    /**
     * The topic holds each {@link duet.schemas.record.ModelRelease}, keyed by version; it is
     * compacted.
     */
    public static final String MODELS = "duet.models";

    /**
     * The topic holds each {@link duet.schemas.record.ReleaseStatus}, keyed by version and subtask;
     * it is compacted.
     */
    public static final String RELEASE_STATUS = "duet.release-status";

    /**
     * The topic holds each {@link duet.schemas.record.DeviceReset}, keyed by device; it is
     * compacted.
     */
    public static final String DEVICE_RESETS = "duet.device-resets";

    /** The topic holds each {@link duet.schemas.record.DeadLetter}. */
    public static final String DEAD_LETTERS = "duet.dead-letters";

    private Topics() {}
}
