package duet.jobs.serialization;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** This serializer is used only where the source and the decoding run in different tasks. */
final class RawRecordSerializer extends ImmutableSerializer<RawRecord> {
    private static final long serialVersionUID = 1L;

    @Override
    public void serialize(RawRecord record, DataOutputView target) throws IOException {
        target.writeUTF(record.topic());
        target.writeInt(record.partition());
        target.writeLong(record.offset());
        ByteArrays.write(record.key(), target);
        ByteArrays.write(record.value(), target);
    }

    @Override
    public RawRecord deserialize(DataInputView source) throws IOException {
        return new RawRecord(
                source.readUTF(),
                source.readInt(),
                source.readLong(),
                ByteArrays.read(source),
                ByteArrays.read(source));
    }

    @Override
    public TypeSerializerSnapshot<RawRecord> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The snapshot describes this serializer, which has no settings. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<RawRecord> {
        public Snapshot() {
            super(RawRecordSerializer::new);
        }
    }
}
