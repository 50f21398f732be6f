package duet.jobs.internal;

/**
 * The name under which savepoints of earlier code describe their histories; nothing writes it any
 * more.
 */
public final class DeviceHistorySerializerSnapshot
        extends duet.jobs.serialization.DeviceHistorySerializerSnapshot {}
