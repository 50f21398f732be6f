package duet.jobs.internal;

import duet.jobs.history.DeviceHistory;
import duet.jobs.history.HistoryEncoding;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/** What a savepoint says about the histories in it. */
public final class DeviceHistorySerializerSnapshot extends EncodingSnapshot<DeviceHistory> {
    /** For Flink, which makes it by reflection and then reads it. */
    public DeviceHistorySerializerSnapshot() {
        super(HistoryEncoding.VERSION);
    }

    @Override
    public TypeSerializer<DeviceHistory> restoreSerializer() {
        return new DeviceHistorySerializer();
    }
}
