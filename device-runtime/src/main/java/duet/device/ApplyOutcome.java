package duet.device;

/**
 * What a device did with a weight delta. Every outcome but {@link #APPLIED} leaves its weights as
 * they were.
 */
public enum ApplyOutcome {
    /** The device ranks with this delta from now on. */
    APPLIED,

    /**
     * Not newer than the newest delta the device took: a repeat, or overtaken on the way. Newer is
     * what reaches a later interaction; or the same one, of a history that has changed more often;
     * or the same history, generated later.
     */
    STALE,

    /** Relative to the global classifier of another model version than the device runs. */
    OTHER_VERSION,

    /** Meant for another device. */
    OTHER_DEVICE,

    /** Not signed by a key that the device trusts, or altered since. */
    UNSIGNED,

    /**
     * Does not hold together, or is nothing this device knows to decode: the checksum, the layers'
     * names, shapes, ranks, encodings or sizes, a negative sequence number, or weights that would
     * not be finite.
     */
    CORRUPT
}
