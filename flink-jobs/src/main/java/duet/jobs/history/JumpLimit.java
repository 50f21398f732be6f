package duet.jobs.history;

import java.io.Serializable;
import java.util.Locale;

/**
 * A jump limit says how far ahead of a device's history a window may begin. A history keeps the
 * newest interactions, and a device takes no delta that reaches less far than the one it holds: one
 * made-up window with numbers that its device never reaches would lock the device out.
 *
 * <p>Of a device without a history nothing is known to measure from: it may be new, or have been
 * forgotten while it counted on. It begins where it likes, below {@link #HIGHEST_SEQUENCE}.
 *
 * @param most sequence numbers that a window may leave out, 0 to {@link #HIGHEST_SEQUENCE}; 0: any
 *     number, and no window is refused
 */
public record JumpLimit(long most) implements Serializable {
    /**
     * No device counts further than this: one that did from 0, an interaction each microsecond,
     * took 285 years. It leaves what comes after it without an overflow.
     */
    public static final long HIGHEST_SEQUENCE = 1L << 53;

    /** With this limit no window is refused. */
    public static final JumpLimit NONE = new JumpLimit(0);

    public JumpLimit {
        if (most < 0 || most > HIGHEST_SEQUENCE) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "a jump of %,d is not in 0 to %,d",
                            most,
                            HIGHEST_SEQUENCE));
        }
    }

    /**
     * Returns whether a window may be merged.
     *
     * @param held what is known of its device
     * @param firstSequence sequence number of its first interaction, not negative
     */
    public boolean takes(DeviceHistory held, long firstSequence) {
        return most == 0 || (firstSequence <= HIGHEST_SEQUENCE && !jumps(held, firstSequence));
    }

    private boolean jumps(DeviceHistory held, long firstSequence) {
        return held.size() > 0 && firstSequence - held.nextSequence() > most;
    }

    /** Says in one line why a window that the limit does not take is of no use. */
    public String notTaken(String deviceId, DeviceHistory held, long firstSequence) {
        return jumps(held, firstSequence)
                ? String.format(
                        Locale.ROOT,
                        "window of device=%s begins at sequence number %,d where %,d comes next,"
                                + " the largest jump is %,d",
                        deviceId,
                        firstSequence,
                        held.nextSequence(),
                        most)
                : String.format(
                        Locale.ROOT,
                        "window of device=%s begins at sequence number %,d, no device counts beyond"
                                + " %,d",
                        deviceId,
                        firstSequence,
                        HIGHEST_SEQUENCE);
    }
}
