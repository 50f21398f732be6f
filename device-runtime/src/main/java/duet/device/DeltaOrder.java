package duet.device;

import duet.schemas.record.WeightDelta;
import org.jspecify.annotations.Nullable;

/**
 * Orders the deltas of a device: by how far a delta's interactions reach, then by how often its
 * history had changed (a late window fills a gap without moving the end), then by when it was
 * generated. The first two belong to the device's history and mean the same for every model.
 */
record DeltaOrder(long lastSequence, long revision, long generatedAtMicros) {
    static DeltaOrder of(WeightDelta delta) {
        return new DeltaOrder(
                delta.getLastSequence(), delta.getRevision(), delta.getGeneratedAtMicros());
    }

    /**
     * Returns whether a delta of this order is newer than one of the other; everything is newer
     * than none, null.
     */
    boolean isAfter(@Nullable DeltaOrder other) {
        if (other == null) {
            return true;
        }
        if (lastSequence != other.lastSequence) {
            return lastSequence > other.lastSequence;
        }
        if (revision != other.revision) {
            return revision > other.revision;
        }
        return generatedAtMicros > other.generatedAtMicros;
    }

    /**
     * Returns the bound of this content for another model: a delta of the same content is newer,
     * whenever it was generated.
     */
    DeltaOrder ofAnyTime() {
        return new DeltaOrder(lastSequence, revision, Long.MIN_VALUE);
    }
}
