package duet.simulator.scenario;

import duet.schemas.InvalidInputException;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Describes how the taste of devices changes: a device that drifts goes over to what another taste
 * cluster of its world likes.
 *
 * @param kind how it goes over
 * @param share share of the devices that drift
 * @param at when drift begins, since the start of the stream
 * @param over interactions that a device takes to go over; gradual drift only, otherwise 0
 * @param period time from one return of the old taste to the next; seasonal drift only, otherwise
 *     null
 */
public record DriftPlan(Kind kind, double share, Duration at, int over, @Nullable Duration period) {
    /** No device drifts. */
    public static final DriftPlan NONE = new DriftPlan(Kind.NONE, 0, Duration.ZERO, 0, null);

    /**
     * Devices drift as they do where the shipped model comes from: half of them stay, a quarter
     * goes over gradually and a quarter at once, each at some moment of its own life.
     */
    public static final DriftPlan LIFE = new DriftPlan(Kind.LIFE, 0.5, Duration.ZERO, 0, null);

    static final int LONGEST_OVER = 100_000;

    /** Says how a device goes over. */
    public enum Kind {
        /** The device does not go over at all. */
        NONE,
        /** Each device goes over in its own way, as in the logs that models are trained on. */
        LIFE,
        /** The device goes over little by little with each interaction. */
        GRADUAL,
        /** The device goes over from one interaction to the next. */
        SUDDEN,
        /** The device goes there and back again, by a cosine. */
        SEASONAL;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public DriftPlan {
        Limits.share("drift.share", share);
        Limits.atMost("drift.at", at, Limits.LONGEST);
        Limits.range("drift.over", over, kind == Kind.GRADUAL ? 1 : 0, LONGEST_OVER);
        if (kind != Kind.GRADUAL && over != 0) {
            throw new InvalidInputException("only gradual drift takes interactions, drift.over");
        }
        if ((kind == Kind.SEASONAL) != (period != null)) {
            throw new InvalidInputException("seasonal drift has a period, other drift has none");
        }
        if (period != null) {
            Limits.positive("drift.period", period, Limits.LONGEST);
        }
    }
}
