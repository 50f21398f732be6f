package duet.jobs.internal;

import duet.jobs.history.DeviceHistory;
import duet.jobs.history.HistoryEncoding;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/** This snapshot is what a savepoint says about the histories in it. */
public final class DeviceHistorySerializerSnapshot extends EncodingSnapshot<DeviceHistory> {
    /** Makes a snapshot for Flink, which does so by reflection and then reads it. */
    public DeviceHistorySerializerSnapshot() {
        super(HistoryEncoding.VERSION);
    }

    @Override
    public TypeSerializer<DeviceHistory> restoreSerializer() {
        return new DeviceHistorySerializer();
    }
}
