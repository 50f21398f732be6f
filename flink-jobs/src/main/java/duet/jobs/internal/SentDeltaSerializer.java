package duet.jobs.internal;

import duet.jobs.policy.SentDelta;
import duet.jobs.policy.SentDeltaEncoding;
import duet.jobs.serialization.ImmutableSerializer;
import java.io.IOException;
import org.apache.flink.api.common.typeutils.TypeSerializerSnapshot;
import org.apache.flink.core.memory.DataInputView;
import org.apache.flink.core.memory.DataOutputView;

/**
 * The serializer writes what is remembered of a device's last delta into keyed state, as {@link
 * SentDeltaEncoding} does.
 */
public final class SentDeltaSerializer extends ImmutableSerializer<SentDelta> {
    private static final long serialVersionUID = 1L;

    @Override
    public void serialize(SentDelta sent, DataOutputView target) throws IOException {
        SentDeltaEncoding.write(sent, target);
    }

    @Override
    public SentDelta deserialize(DataInputView source) throws IOException {
        return SentDeltaEncoding.read(source);
    }

    @Override
    public TypeSerializerSnapshot<SentDelta> snapshotConfiguration() {
        return new SentDeltaSerializerSnapshot();
    }
}
