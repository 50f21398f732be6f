package duet.jobs.serialization;

import duet.jobs.generation.DeviceWindow;
import duet.jobs.history.FeatureVectors;
import duet.jobs.history.InteractionContents;
import duet.jobs.history.ItemIds;
import duet.jobs.history.VariableLength;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * The serializer writes windows in the shuffle: identifiers, variable-length numbers or feature
 * vectors, event times and the time of receipt as differences. A window takes fewer bytes than the
 * record it was decoded from, and no Avro is resolved a second time.
 */
final class DeviceWindowSerializer extends ImmutableSerializer<DeviceWindow> {
    private static final long serialVersionUID = 1L;

    @Override
    public void serialize(DeviceWindow window, DataOutputView target) throws IOException {
        target.writeUTF(window.deviceId());
        target.writeUTF(window.modelVersion());
        VariableLength.write(window.firstSequence(), target);
        VariableLength.write(window.size(), target);
        writeContents(window.contents(), target);
        long before = 0;
        for (long time : window.eventTimesMillis()) {
            VariableLength.writeSigned(time - before, target);
            before = time;
        }
        target.writeLong(window.sentAtMicros());
        VariableLength.writeSigned(window.receivedAtMicros() - window.sentAtMicros(), target);
        VariableLength.write(window.origin().partition(), target);
        VariableLength.write(window.origin().offset(), target);
        ByteArrays.write(window.origin().key(), target);
    }

    @Override
    public DeviceWindow deserialize(DataInputView source) throws IOException {
        String deviceId = source.readUTF();
        String modelVersion = source.readUTF();
        long firstSequence = VariableLength.read(source);
        int size = Math.toIntExact(VariableLength.read(source));
        InteractionContents contents = readContents(size, source);
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
                contents,
                eventTimes,
                sentAt,
                sentAt + VariableLength.readSigned(source),
                new DeviceWindow.Origin(
                        Math.toIntExact(VariableLength.read(source)),
                        VariableLength.read(source),
                        ByteArrays.read(source)));
    }

    private static void writeContents(InteractionContents contents, DataOutputView target)
            throws IOException {
        VariableLength.write(contents.dimension(), target);
        if (contents instanceof FeatureVectors features) {
            for (float[] vector : features.vectors()) {
                for (float number : vector) {
                    target.writeFloat(number);
                }
            }
        } else if (contents instanceof ItemIds items) {
            for (long id : items.ids()) {
                VariableLength.write(id, target);
            }
        }
    }

    private static InteractionContents readContents(int size, DataInputView source)
            throws IOException {
        int dimension = Math.toIntExact(VariableLength.read(source));
        if (dimension == 0) {
            long[] ids = new long[size];
            for (int i = 0; i < size; i++) {
                ids[i] = VariableLength.read(source);
            }
            return new ItemIds(ids);
        }
        float[][] vectors = new float[size][dimension];
        for (float[] vector : vectors) {
            for (int i = 0; i < dimension; i++) {
                vector[i] = source.readFloat();
            }
        }
        return new FeatureVectors(vectors);
    }

    @Override
    public TypeSerializerSnapshot<DeviceWindow> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The snapshot describes this serializer, which has no settings. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<DeviceWindow> {
        public Snapshot() {
            super(DeviceWindowSerializer::new);
        }
    }
}
