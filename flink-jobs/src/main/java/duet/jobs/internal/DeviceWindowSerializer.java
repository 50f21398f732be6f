package duet.jobs.internal;

import duet.jobs.generation.DeviceWindow;
import duet.jobs.history.VariableLength;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * Windows in the shuffle: identifiers, variable-length numbers, event times and the time of receipt as differences. Smaller
 * than the record it was decoded from, and no Avro is resolved a second time.
 */
final class DeviceWindowSerializer extends ImmutableSerializer<DeviceWindow> {
    private static final long serialVersionUID = 1L;

    @Override
    public void serialize(DeviceWindow window, DataOutputView target) throws IOException {
        target.writeUTF(window.deviceId());
        target.writeUTF(window.modelVersion());
        VariableLength.write(window.firstSequence(), target);
        VariableLength.write(window.size(), target);
        for (long item : window.itemIds()) {
            VariableLength.write(item, target);
        }
        long before = 0;
        for (long time : window.eventTimesMillis()) {
            VariableLength.writeSigned(time - before, target);
            before = time;
        }
        target.writeLong(window.sentAtMicros());
        VariableLength.writeSigned(window.receivedAtMicros() - window.sentAtMicros(), target);
        VariableLength.write(window.partition(), target);
        VariableLength.write(window.offset(), target);
        ByteArrays.write(window.key(), target);
    }

    @Override
    public DeviceWindow deserialize(DataInputView source) throws IOException {
        String deviceId = source.readUTF();
        String modelVersion = source.readUTF();
        long firstSequence = VariableLength.read(source);
        int size = Math.toIntExact(VariableLength.read(source));
        long[] itemIds = new long[size];
        for (int i = 0; i < size; i++) {
            itemIds[i] = VariableLength.read(source);
        }
        long[] eventTimes = new long[size];
        long time = 0;
        for (int i = 0; i < size; i++) {
            time += VariableLength.readSigned(source);
            eventTimes[i] = time;
        }
        long sentAt = source.readLong();
        return new DeviceWindow(
                deviceId,
                modelVersion,
                firstSequence,
                itemIds,
                eventTimes,
                sentAt,
                sentAt + VariableLength.readSigned(source),
                Math.toIntExact(VariableLength.read(source)),
                VariableLength.read(source),
                ByteArrays.read(source));
    }

    @Override
    public TypeSerializerSnapshot<DeviceWindow> snapshotConfiguration() {
        return new Snapshot();
    }

    /** Snapshot of this serializer, which has no settings. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<DeviceWindow> {
        public Snapshot() {
            super(DeviceWindowSerializer::new);
        }
    }
}
