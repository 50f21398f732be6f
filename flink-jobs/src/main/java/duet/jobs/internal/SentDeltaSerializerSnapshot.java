package duet.jobs.internal;

/**
 * The name under which savepoints of earlier code describe their what is remembered of devices'
 * last deltas; nothing writes it any more.
 */
public final class SentDeltaSerializerSnapshot
        extends duet.jobs.serialization.SentDeltaSerializerSnapshot {}
