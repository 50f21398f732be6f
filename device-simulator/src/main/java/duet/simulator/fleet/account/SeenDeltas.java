package duet.simulator.fleet.account;

import duet.schemas.record.WeightDelta;
import java.util.Arrays;

/**
 * Remembers the newest deltas that arrived at a device, by a fingerprint of 64 bits each: it tells
 * a new one from one that was delivered again. Two different deltas of the same fingerprint would
 * be taken for one, which among so many has a chance of 1 in 10^17. Not thread-safe.
 */
final class SeenDeltas {
    /**
     * A delta delivered again is known as such among so many of its device; records are delivered
     * again soon or never.
     */
    static final int REMEMBERED = 64;

    private static final int FIRST = 4;

    private long[] fingerprints = {};

    /** Counts all deltas there were, those forgotten included. */
    private int count;

    /** Returns whether this delta is not among the newest; it is from now on. */
    boolean isNew(WeightDelta delta) {
        long fingerprint = fingerprint(delta);
        for (int i = 0; i < Math.min(count, fingerprints.length); i++) {
            if (fingerprints[i] == fingerprint) {
                return false;
            }
        }
        if (count >= fingerprints.length && fingerprints.length < REMEMBERED) {
            fingerprints = Arrays.copyOf(fingerprints, Math.max(FIRST, 2 * count));
        }
        fingerprints[count % fingerprints.length] = fingerprint;
        // Beyond the first round only the place in the ring counts.
        count = count + 1 == 2 * REMEMBERED ? REMEMBERED : count + 1;
        return true;
    }

    private static long fingerprint(WeightDelta delta) {
        long hash = mixed(delta.getModelVersion().hashCode());
        hash = mixed(hash + delta.getEpoch());
        hash = mixed(hash + delta.getLastSequence());
        hash = mixed(hash + delta.getRevision());
        return mixed(hash + delta.getGeneratedAtMicros());
    }

    /** Returns the finisher of SplitMix64, after its increment: zeros do not stay zeros. */
    private static long mixed(long value) {
        long hash = value + 0x9e3779b97f4a7c15L;
        hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
        hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
        return hash ^ (hash >>> 31);
    }
}
