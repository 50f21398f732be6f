package duet.simulator.workload;

/** How a device's taste changes over its life. */
public enum Drift {
    /** It stays in its cluster. */
    NONE,
    /** It moves to another cluster over some dozens of interactions. */
    GRADUAL,
    /** From one interaction to the next it is in another cluster. */
    SUDDEN
}
