package duet.jobs.config;

/** Dashboards and the command line read the job's metrics by these names. */
public final class MetricNames {
    /** This histogram counts the devices in a batch. */
    public static final String BATCH_SIZE = "batchSize";

    /**
     * This histogram takes the milliseconds from the first window of a batch coming in to its last
     * delta going out.
     */
    public static final String BATCH_LATENCY_MS = "batchLatencyMs";

    /**
     * This histogram takes the milliseconds from the intended sending of a window to its delta
     * going out.
     */
    public static final String EVENT_TO_EMIT_MS = "eventToEmitMs";

    /** This counter counts the deltas sent. */
    public static final String GENERATED = "generated";

    /** This counter counts the windows that share the delta of another window of their device. */
    public static final String COALESCED = "coalesced";

    /** This counter counts the windows that got no delta because the policy decided against it. */
    public static final String GATED = "gated";

    /**
     * This histogram takes the thousandths of drift, 0 to 2,000, of the devices that the policy
     * decided on.
     */
    public static final String DRIFT_MILLI = "driftMilli";

    /** This counter counts the records that went to the dead letters. */
    public static final String DEAD_LETTERS = "deadLetters";

    /** This counter counts the windows that held nothing new. */
    public static final String REPEATS = "repeats";

    /** This counter counts the windows that came after later ones of their device. */
    public static final String LATE = "late";

    /** This counter counts the windows before which interactions are missing. */
    public static final String GAPS = "gaps";

    /**
     * This counter counts the windows that were refused because they began too far ahead of their
     * device's history. {@link #DEAD_LETTERS} counts them, too.
     */
    public static final String JUMPS = "jumps";

    /**
     * This gauge tells of how many devices a subtask holds state; 0 where their number has no
     * limit.
     */
    public static final String DEVICES = "devices";

    /** This counter counts the devices that were forgotten because there were too many. */
    public static final String EVICTED_DEVICES = "evictedDevices";

    /**
     * This counter counts the devices that were forgotten because they sent nothing new for the
     * time to live.
     */
    public static final String EXPIRED_DEVICES = "expiredDevices";

    /** This counter counts the new interactions with an item that the model does not know. */
    public static final String UNKNOWN_ITEMS = "unknownItems";

    /**
     * This gauge tells the milliseconds by which the newest windows of the slowest partition that
     * is not silent came in late.
     */
    public static final String EVENT_TIME_LAG_MS = "eventTimeLagMs";

    /** This gauge tells how many model versions are served. */
    public static final String SERVED_VERSIONS = "servedVersions";

    /** This counter counts the releases that were refused. */
    public static final String RELEASES_REFUSED = "releasesRefused";

    /** This counter counts the records of the topic of releases that are none. */
    public static final String DEAD_RELEASES = "deadReleases";

    /** This counter counts the devices whose state was reset. */
    public static final String DEVICE_RESETS = "deviceResets";

    /** This counter counts the records of the topic of resets that are none. */
    public static final String DEAD_RESETS = "deadResets";

    /** This gauge tells the milliseconds that the release took that was loaded last. */
    public static final String RELEASE_LOAD_MS = "releaseLoadMs";

    /** This group holds the metrics of one model version. */
    public static final String VERSION = "version";

    /**
     * This counter of a version's group counts the deltas sent for it. {@link #GENERATED} counts
     * those of all versions.
     */
    public static final String GENERATED_OF_VERSION = "generatedOfVersion";

    private MetricNames() {}
}
