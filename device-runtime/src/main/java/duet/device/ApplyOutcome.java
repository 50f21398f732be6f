package duet.device;

/** What a device did with a weight delta. Every outcome but {@link #APPLIED} leaves its weights as they were. */
public enum ApplyOutcome {
    /** The device ranks with this delta from now on. */
    APPLIED,

    /**
     * Not newer than the delta the device holds: a repeat, or overtaken on the way. Newer is what reaches a later
     * interaction, or the same one and was generated later.
     */
    STALE,

    /** Relative to the global classifier of another model version. */
    OTHER_VERSION,

    /** Meant for another device. */
    OTHER_DEVICE,

    /**
     * Does not hold together, or is nothing this device knows to decode: the checksum, the layers' names, shapes, ranks,
     * encodings or sizes, a negative sequence number, or weights that would not be finite.
     */
    CORRUPT
}
