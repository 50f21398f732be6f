package duet.jobs.serialization;

import duet.jobs.policy.SentDelta;
import duet.jobs.policy.SentDeltaEncoding;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/** The snapshot is what a savepoint says about what is remembered of devices' last deltas in it. */
public class SentDeltaSerializerSnapshot extends EncodingSnapshot<SentDelta> {
    /** Makes the snapshot for Flink, which calls this by reflection and then reads it. */
    public SentDeltaSerializerSnapshot() {
        super(SentDeltaEncoding.VERSION);
    }

    @Override
    public TypeSerializer<SentDelta> restoreSerializer() {
        return new SentDeltaSerializer();
    }
}
