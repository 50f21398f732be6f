package duet.studies.experiment.plan;

import java.util.Locale;

/** A role says what a variant stands for in the table that the page begins with. */
public enum Role {
    /** Its global model is what everything is compared with, its deltas are what is judged. */
    DEFAULT,

    /**
     * Its global model is the device that reads its own long history, without the cloud; the best
     * of several counts.
     */
    DEVICE_MEMORY,

    /** Its global model is a larger device of about as many bytes; the best of several counts. */
    BIGGER_DEVICE,

    /** Its deltas are used on a device that reads its own long history, too. */
    BOTH,

    /** Its global model is fine-tuned for some users, whose ranking stands beside the delta's. */
    FINE_TUNING,

    /**
     * It ranks in the cloud, with all that is known; the best of several counts, with or without
     * its deltas.
     */
    CEILING;

    /** Returns its name in plans. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * Returns whether several variants may compete for it; then their validation items are ranked,
     * too, to choose by.
     */
    public boolean isContested() {
        return this == DEVICE_MEMORY || this == BIGGER_DEVICE || this == CEILING;
    }
}
