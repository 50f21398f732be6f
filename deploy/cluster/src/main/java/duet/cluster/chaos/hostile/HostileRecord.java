package duet.cluster.chaos.hostile;

import org.jspecify.annotations.Nullable;

/**
 * A record for the topic of windows that no honest device sends.
 *
 * @param kind what is wrong with it
 * @param key key of the record; null for none
 * @param value value of the record; null for none
 * @param device hostile device whose deltas tell that the job took it
 * @param lastSequence such a delta reaches this interaction of the device or a later one; {@link
 *     Long#MAX_VALUE} where none can
 */
record HostileRecord(
        HostileKind kind,
        byte @Nullable [] key,
        byte @Nullable [] value,
        String device,
        long lastSequence) {}
