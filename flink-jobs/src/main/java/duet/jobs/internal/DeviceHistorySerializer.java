package duet.jobs.internal;

import duet.jobs.history.DeviceHistory;
import duet.jobs.history.HistoryEncoding;
import duet.jobs.serialization.ImmutableSerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** The serializer writes a device's history into keyed state, as {@link HistoryEncoding} does. */
public final class DeviceHistorySerializer extends ImmutableSerializer<DeviceHistory> {
    private static final long serialVersionUID = 1L;

    @Override
    public void serialize(DeviceHistory history, DataOutputView target) throws IOException {
        HistoryEncoding.write(history, target);
    }

    @Override
    public DeviceHistory deserialize(DataInputView source) throws IOException {
        return HistoryEncoding.read(source);
    }

    @Override
    public TypeSerializerSnapshot<DeviceHistory> snapshotConfiguration() {
        return new DeviceHistorySerializerSnapshot();
    }
}
