package duet.simulator.scenario;

import duet.schemas.InvalidInputException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;

/** Checks the ranges of a scenario's values. */
final class Limits {
    /** An arrival process is asked for at most this many windows a second. */
    static final double MOST_PER_SECOND = 1e6;

    /** A stage, or anything that happens during one, takes at most this long. */
    static final Duration LONGEST = Duration.ofDays(7);

    private Limits() {}

    /** Refuses a number out of its range, naming both. */
    static void range(String name, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s is %s, it must be %s to %s",
                            name,
                            text(value),
                            text(least),
                            text(most)));
        }
    }

    /** Refuses what is no share. */
    static void share(String name, double value) {
        range(name, value, 0, 1);
    }

    /** Refuses a time below 0 or too long. */
    static void atMost(String name, Duration value, Duration most) {
        if (value.isNegative() || value.compareTo(most) > 0) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s is %s, it must be 0s to %s",
                            name,
                            Durations.text(value),
                            Durations.text(most)));
        }
    }

    /** Refuses a time that is not above 0, or too long. */
    static void positive(String name, Duration value, Duration most) {
        if (value.isZero() || value.isNegative() || value.compareTo(most) > 0) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s is %s, it must be above 0s and at most %s",
                            name,
                            Durations.text(value),
                            Durations.text(most)));
        }
    }

    private static String text(double value) {
        return Double.isFinite(value)
                ? BigDecimal.valueOf(value).stripTrailingZeros().toPlainString()
                : Double.toString(value);
    }
}
