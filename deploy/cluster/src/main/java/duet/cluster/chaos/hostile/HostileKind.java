package duet.cluster.chaos.hostile;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Says what is wrong with a record that a hostile device sends, and what has to become of it. */
public enum HostileKind {
    /** A window in the name of an honest device, under the key of another one or under none. */
    FOREIGN_KEY(10, Fate.REFUSED),

    /** A window of a device of its own that begins near the largest number there is. */
    FAR_SEQUENCE(8, Fate.REFUSED),

    /** The second window of a device, further ahead of its first one than the largest jump. */
    LARGE_JUMP(8, Fate.REFUSED),

    /** A window of a device that there never was before. */
    MADE_UP_DEVICE(30, Fate.ACCEPTED),

    /**
     * A window of 10^6 interactions, small enough for the brokers because it is compressed; they
     * refuse it where they unpack it first.
     */
    MILLION_ITEMS(2, Fate.REFUSED),

    /** A window of 40,000 interactions, small enough for a record. */
    MANY_ITEMS(3, Fate.REFUSED),

    /** Random bytes. */
    RANDOM_BYTES(5, Fate.REFUSED),

    /** A window whose end is missing. */
    CUT(5, Fate.REFUSED),

    /** A window with one bit flipped: it may still be one. */
    FLIPPED_BIT(6, Fate.EITHER),

    /** A few bytes that say they are up to 2^63. */
    DECLARED_LENGTH(5, Fate.REFUSED),

    /** A value of no bytes. */
    EMPTY(3, Fate.REFUSED),

    /** No value. */
    NO_VALUE(3, Fate.REFUSED),

    /** A window without a key. */
    NO_KEY(3, Fate.REFUSED),

    /** A window of a model version that nobody released. */
    UNKNOWN_VERSION(3, Fate.REFUSED),

    /** A window of items that no model knows. */
    UNKNOWN_ITEMS(3, Fate.REFUSED),

    /** A window of feature vectors that are no numbers. */
    NOT_A_NUMBER(3, Fate.REFUSED),

    /** A window of the furthest future, or past. */
    STRANGE_TIME(4, Fate.ACCEPTED);

    /** What has to become of a record. */
    public enum Fate {
        /** It is found among the dead letters, and nothing answers it. */
        REFUSED,
        /** It is answered as a window of an honest device is: nothing tells it from one. */
        ACCEPTED,
        /** One of the two. */
        EITHER
    }

    private final int share;
    private final Fate fate;

    HostileKind(int share, Fate fate) {
        this.share = share;
        this.fate = fate;
    }

    /** Returns how many there are of it among all records, in relation to the other kinds. */
    int share() {
        return share;
    }

    Fate fate() {
        return fate;
    }

    /** Returns its name as in reports. */
    @JsonValue
    public String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
