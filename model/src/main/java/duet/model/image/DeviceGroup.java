package duet.model.image;

import java.util.Locale;

/** Says what the devices of a group are for; no device is in two. */
public enum DeviceGroup {
    /** A model learns from them. */
    TRAINING,
    /** Its choices are made on them. */
    VALIDATION,
    /** It is measured on them, and has never met them. */
    TEST;

    /** Returns the name as ids and messages have it. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
