package duet.schemas;

/** Default topic names of the records. */
public final class Topics {
    /** {@link duet.schemas.record.InteractionWindow}, keyed by device. */
    public static final String WINDOWS = "duet.windows";

    /** {@link duet.schemas.record.WeightDelta}, keyed by device, compacted. */
    public static final String DELTAS = "duet.deltas";

    /** {@link duet.schemas.record.ModelRelease}, keyed by version, compacted. */
    public static final String MODELS = "duet.models";

    /** {@link duet.schemas.record.ReleaseStatus}, keyed by version and subtask, compacted. */
    public static final String RELEASE_STATUS = "duet.release-status";

    /** {@link duet.schemas.record.DeadLetter}. */
    public static final String DEAD_LETTERS = "duet.dead-letters";

    private Topics() {}
}
