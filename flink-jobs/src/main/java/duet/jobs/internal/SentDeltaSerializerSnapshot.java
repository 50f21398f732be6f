package duet.jobs.internal;

import duet.jobs.policy.SentDelta;
import duet.jobs.policy.SentDeltaEncoding;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/**
 * This snapshot is what a savepoint says about what is remembered of devices' last deltas in it.
 */
public final class SentDeltaSerializerSnapshot extends EncodingSnapshot<SentDelta> {
    /** Makes a snapshot for Flink, which does so by reflection and then reads it. */
    public SentDeltaSerializerSnapshot() {
        super(SentDeltaEncoding.VERSION);
    }

    @Override
    public TypeSerializer<SentDelta> restoreSerializer() {
        return new SentDeltaSerializer();
    }
}
