package duet.jobs.config;

/** Names of the metrics, which dashboards and the command line read. */
public final class MetricNames {
    /** Histogram: devices in a batch. */
    public static final String BATCH_SIZE = "batchSize";

    /**
     * Histogram: milliseconds from the first window of a batch coming in to its last delta going
     * out.
     */
    public static final String BATCH_LATENCY_MS = "batchLatencyMs";

    /** Histogram: milliseconds from the intended sending of a window to its delta going out. */
    public static final String EVENT_TO_EMIT_MS = "eventToEmitMs";

    /** Counter: deltas sent. */
    public static final String GENERATED = "generated";

    /** Counter: windows that share the delta of another window of their device. */
    public static final String COALESCED = "coalesced";

    /** Counter: windows that got no delta because the policy decided against it. */
    public static final String GATED = "gated";

    /** Histogram: thousandths of drift, 0 to 2,000, of the devices that the policy decided on. */
    public static final String DRIFT_MILLI = "driftMilli";

    /** Counter: records that went to the dead letters. */
    public static final String DEAD_LETTERS = "deadLetters";

    /** Counter: windows that held nothing new. */
    public static final String REPEATS = "repeats";

    /** Counter: windows that came after later ones of their device. */
    public static final String LATE = "late";

    /** Counter: windows before which interactions are missing. */
    public static final String GAPS = "gaps";

    /** Counter: new interactions with an item the model does not know. */
    public static final String UNKNOWN_ITEMS = "unknownItems";

    /**
     * Gauge: milliseconds by which the newest windows of the slowest partition that is not silent
     * came in late.
     */
    public static final String EVENT_TIME_LAG_MS = "eventTimeLagMs";

    /** Gauge: model versions that are served. */
    public static final String SERVED_VERSIONS = "servedVersions";

    /** Counter: releases that were refused. */
    public static final String RELEASES_REFUSED = "releasesRefused";

    /** Counter: records of the topic of releases that are none. */
    public static final String DEAD_RELEASES = "deadReleases";

    /** Gauge: milliseconds that the release took that was loaded last. */
    public static final String RELEASE_LOAD_MS = "releaseLoadMs";

    /** Group of the metrics of one model version. */
    public static final String VERSION = "version";

    /**
     * Counter of a version's group: deltas sent. Not {@link #GENERATED}, which counts those of all
     * versions.
     */
    public static final String GENERATED_OF_VERSION = "generatedOfVersion";

    private MetricNames() {}
}
