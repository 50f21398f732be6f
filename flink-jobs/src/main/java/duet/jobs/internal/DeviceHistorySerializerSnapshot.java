package duet.jobs.internal;

/**
 * Savepoints of earlier code describe their histories under the name of this class; nothing writes
 * it any more.
 */
public final class DeviceHistorySerializerSnapshot
        extends duet.jobs.serialization.DeviceHistorySerializerSnapshot {}
