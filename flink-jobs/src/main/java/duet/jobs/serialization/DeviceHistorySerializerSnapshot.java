package duet.jobs.serialization;

import duet.jobs.history.DeviceHistory;
import duet.jobs.history.HistoryEncoding;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/** The snapshot is what a savepoint says about the histories in it. */
public class DeviceHistorySerializerSnapshot extends EncodingSnapshot<DeviceHistory> {
    /** Makes the snapshot for Flink, which calls this by reflection and then reads it. */
    public DeviceHistorySerializerSnapshot() {
        super(HistoryEncoding.VERSION);
    }

    @Override
    public TypeSerializer<DeviceHistory> restoreSerializer() {
        return new DeviceHistorySerializer();
    }
}
