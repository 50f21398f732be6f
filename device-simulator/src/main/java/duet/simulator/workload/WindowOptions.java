package duet.simulator.workload;

import duet.schemas.InvalidInputException;
import java.util.Locale;

/**
 * Says how devices cut what they do into windows.
 *
 * @param limit most interactions of one window; first windows are cut to their newest ones
 * @param maxFresh a window after the first carries 1 to this many fresh interactions
 * @param overlapShare share of the windows that also carry interactions sent before
 * @param maxOverlap an overlapping window carries 1 to this many of them
 * @param repeatShare share of the windows that are sent once more, unchanged
 */
public record WindowOptions(
        int limit, int maxFresh, double overlapShare, int maxOverlap, double repeatShare) {
    /** A record may hold at most this many interactions. */
    private static final int RECORD_LIMIT = 512;

    public WindowOptions {
        range("window limit", limit, RECORD_LIMIT);
        range("number of fresh interactions", maxFresh, limit);
        range("overlap", maxOverlap, RECORD_LIMIT);
        share("overlap", overlapShare);
        share("repeat", repeatShare);
    }

    /** Returns windows of up to 5 fresh interactions, 20 % overlapping by up to 5, 5 % repeated. */
    public static WindowOptions defaults(int limit) {
        return new WindowOptions(limit, Math.min(5, limit), 0.2, 5, 0.05);
    }

    private static void range(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT, "the %s is %d, it must be 1 to %d", name, value, most));
        }
    }

    private static void share(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new InvalidInputException(
                    "the " + name + " share is " + value + ", it must be 0 to 1");
        }
    }
}
