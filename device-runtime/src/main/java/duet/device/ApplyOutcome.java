package duet.device;

/**
 * Says what a device did with a weight delta. Every outcome but {@link #APPLIED} leaves its weights
 * as they were.
 */
public enum ApplyOutcome {
    /** The device ranks with this delta from now on. */
    APPLIED,

    /**
     * The delta is not newer than the newest one that the device took: it is a repeat, or was
     * overtaken on the way. Newer is what the job made after a later reset of the device; or after
     * the same one, and reaches a later interaction; or the same interaction, of a history that has
     * changed more often; or the same history, generated later.
     */
    STALE,

    /**
     * The delta is relative to the global classifier of another model version than the device runs.
     */
    OTHER_VERSION,

    /** The delta is meant for another device. */
    OTHER_DEVICE,

    /** The delta is not signed by a key that the device trusts, or was altered since. */
    UNSIGNED,

    /**
     * The delta does not hold together, or is nothing that this device can decode: this may concern
     * the checksum, the layers' names, shapes, ranks, encodings or sizes, a negative sequence
     * number or epoch, or weights that would not be finite.
     */
    CORRUPT
}
