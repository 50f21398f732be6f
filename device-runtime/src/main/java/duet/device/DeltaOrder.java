package duet.device;

import duet.schemas.record.WeightDelta;
import org.jspecify.annotations.Nullable;

/**
 * Orders the deltas of a device: by its epoch, then by how far a delta's interactions reach, then
 * by how often its history had changed (a late window fills a gap without moving the end), then by
 * when it was generated. All but the last belong to the device's history and mean the same for
 * every model.
 *
 * @param epoch when the device's state was reset last, microseconds since the epoch; 0: never
 * @param lastSequence sequence number of the last interaction, not negative
 * @param revision how often the history had changed; 0: not counted
 * @param generatedAtMicros when it was generated, microseconds since the epoch
 */
public record DeltaOrder(long epoch, long lastSequence, long revision, long generatedAtMicros) {
    static DeltaOrder of(WeightDelta delta) {
        return new DeltaOrder(
                delta.getEpoch(),
                delta.getLastSequence(),
                delta.getRevision(),
                delta.getGeneratedAtMicros());
    }

    /**
     * Returns whether a delta of this order is newer than one of the other; everything is newer
     * than none, null.
     */
    boolean isAfter(@Nullable DeltaOrder other) {
        if (other == null) {
            return true;
        }
        if (epoch != other.epoch) {
            return epoch > other.epoch;
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
        return new DeltaOrder(epoch, lastSequence, revision, Long.MIN_VALUE);
    }

    /**
     * Returns the bound for a device that knows this order but no longer has its delta: the delta
     * itself is newer, everything before it is not.
     */
    DeltaOrder beforeItself() {
        return new DeltaOrder(
                epoch,
                lastSequence,
                revision,
                generatedAtMicros == Long.MIN_VALUE ? Long.MIN_VALUE : generatedAtMicros - 1);
    }
}
