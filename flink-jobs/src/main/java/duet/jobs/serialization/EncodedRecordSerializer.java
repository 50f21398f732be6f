package duet.jobs.serialization;

import java.io.IOException;
import org.apache.flink.api.common.typeutils.SimpleTypeSerializerSnapshot;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/** This serializer is used where a sink runs in another task than the operator that feeds it. */
final class EncodedRecordSerializer extends ImmutableSerializer<EncodedRecord> {
    private static final long serialVersionUID = 1L;

    @Override
    public void serialize(EncodedRecord record, DataOutputView target) throws IOException {
        ByteArrays.write(record.key(), target);
        ByteArrays.write(record.value(), target);
    }

    @Override
    public EncodedRecord deserialize(DataInputView source) throws IOException {
        return new EncodedRecord(ByteArrays.read(source), ByteArrays.read(source));
    }

    @Override
    public TypeSerializerSnapshot<EncodedRecord> snapshotConfiguration() {
        return new Snapshot();
    }

    /** The snapshot describes this serializer, which has no settings. */
    public static final class Snapshot extends SimpleTypeSerializerSnapshot<EncodedRecord> {
        public Snapshot() {
            super(EncodedRecordSerializer::new);
        }
    }
}
