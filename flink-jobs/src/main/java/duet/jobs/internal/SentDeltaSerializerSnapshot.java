package duet.jobs.internal;

/**
 * Savepoints of earlier code describe what is remembered of devices' last deltas under the name of
 * this class; nothing writes it any more.
 */
public final class SentDeltaSerializerSnapshot
        extends duet.jobs.serialization.SentDeltaSerializerSnapshot {}
