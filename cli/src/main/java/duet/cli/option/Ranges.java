package duet.cli.option;

import duet.schemas.InvalidInputException;
import java.util.Locale;

/** Checks limits of numbers given as options. */
public final class Ranges {

    private Ranges() {}

    /**
     * Refuses a number out of its range, naming both.
     *
     * @throws InvalidInputException if it is out of range, or not a number
     */
    public static void require(String option, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s is %s, it must be %s to %s",
                            option,
                            text(value),
                            text(least),
                            text(most)));
        }
    }

    private static String text(double value) {
        return value == Math.rint(value) ? Numbers.count(value) : String.valueOf(value);
    }
}
