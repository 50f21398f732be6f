package duet.simulator.workload;

import java.util.SplittableRandom;

/**
 * Makes independent random streams out of one seed, so that adding a choice in one place does not
 * change another.
 */
public final class Seeds {
    private Seeds() {}

    /** Returns a random stream for one purpose and one index, for example one device. */
    public static SplittableRandom stream(long seed, String purpose, long index) {
        return new SplittableRandom(derive(seed, purpose, index));
    }

    /** Returns a seed for one purpose and one index. */
    public static long derive(long seed, String purpose, long index) {
        return mix(mix(mix(seed) + purpose.hashCode()) + index);
    }

    /**
     * Returns the finalizer of SplitMix64 (Steele, Lea, Flood 2014), over the next step of its
     * sequence.
     */
    private static long mix(long z) {
        z += 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
