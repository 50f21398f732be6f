package duet.jobs.generation;

/** A window's key is under what key its record must lie to be read. */
public enum WindowKey {
    /**
     * It is the device id in UTF-8; so who may write for a device can be told from the key alone.
     */
    DEVICE_ID,
    /** It is any key, or none. */
    ANY;

    /** Returns the key as it is written in a configuration. */
    @Override
    public String toString() {
        return this == DEVICE_ID ? "device-id" : "any";
    }
}
