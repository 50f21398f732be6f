package duet.jobs.internal;

import duet.jobs.history.DeviceHistory;
import duet.jobs.history.HistoryEncoding;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializer;
import org.apache.flink.api.common.typeutils.TypeSerializerSchemaCompatibility;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * What a savepoint says about the histories in it: the encoding version they were written with. Every history also starts
 * with its version, so older ones are read in place; a later one stops the restore with a clear error instead of a
 * misread state. The class name is part of every savepoint: it must not change.
 */
public final class DeviceHistorySerializerSnapshot
        implements TypeSerializerSnapshot<DeviceHistory> {
    private static final int SNAPSHOT_VERSION = 1;

    private int encodingVersion = HistoryEncoding.VERSION;

    /** For Flink, which makes it by reflection and then reads it. */
    public DeviceHistorySerializerSnapshot() {}

    @Override
    public int getCurrentVersion() {
        return SNAPSHOT_VERSION;
    }

    @Override
    public void writeSnapshot(DataOutputView out) throws IOException {
        out.writeInt(encodingVersion);
    }

    @Override
    public void readSnapshot(int readVersion, DataInputView in, ClassLoader userCodeClassLoader)
            throws IOException {
        if (readVersion != SNAPSHOT_VERSION) {
            throw new IOException(
                    "state has the serializer snapshot version %d, this job reads up to %d"
                            .formatted(readVersion, SNAPSHOT_VERSION));
        }
        encodingVersion = in.readInt();
    }

    @Override
    public TypeSerializer<DeviceHistory> restoreSerializer() {
        return new DeviceHistorySerializer();
    }

    @Override
    public TypeSerializerSchemaCompatibility<DeviceHistory> resolveSchemaCompatibility(
            TypeSerializerSnapshot<DeviceHistory> older) {
        if (older instanceof DeviceHistorySerializerSnapshot before
                && before.encodingVersion <= encodingVersion) {
            return TypeSerializerSchemaCompatibility.compatibleAsIs();
        }
        return TypeSerializerSchemaCompatibility.incompatible();
    }
}
