package duet.simulator.network;

import duet.schemas.InvalidInputException;
import java.time.Duration;

/**
 * Describes devices that lose their connection again and again, each at its own moments.
 *
 * @param share share of the devices this happens to
 * @param every time from one beginning to the next
 * @param duration how long it lasts, below {@code every}
 * @param catchUp whether a device sends what it held back when it is back; otherwise that is lost
 */
public record OfflinePeriods(double share, Duration every, Duration duration, boolean catchUp) {
    private static final Duration LONGEST = Duration.ofDays(1);

    /** No device is ever offline. */
    public static final OfflinePeriods NONE =
            new OfflinePeriods(0, Duration.ofHours(1), Duration.ZERO, true);

    /**
     * Creates the periods.
     *
     * @throws InvalidInputException if the share is none, or the times are not {@code 0 <= duration
     *     < every <= 1 day}
     */
    public OfflinePeriods {
        if (!(share >= 0 && share <= 1)) {
            throw new InvalidInputException(
                    "the share of the devices that go offline is " + share + ", it must be 0 to 1");
        }
        if (every.isZero() || every.isNegative() || every.compareTo(LONGEST) > 0) {
            throw new InvalidInputException(
                    "devices go offline every "
                            + every
                            + ", it must be above 0 and at most "
                            + LONGEST);
        }
        if (duration.isNegative() || duration.compareTo(every) >= 0) {
            throw new InvalidInputException(
                    "devices are offline for "
                            + duration
                            + " of every "
                            + every
                            + ", they must come back before the next time");
        }
    }
}
