package duet.simulator.workload;

/** Says how a device's taste changes over its life. */
public enum Drift {
    /** It stays in its cluster, or goes where it is told to. */
    NONE,
    /** It moves to another cluster over some dozens of interactions. */
    GRADUAL,
    /** From one interaction to the next it is in another cluster. */
    SUDDEN;

    /**
     * Returns what the device of that seed does: half of all stay, a quarter move over gradually, a
     * quarter suddenly.
     */
    public static Drift ofLife(long seed) {
        double kind = Seeds.stream(seed, "drift", 0).nextDouble();
        return kind < 0.5 ? NONE : kind < 0.75 ? GRADUAL : SUDDEN;
    }
}
