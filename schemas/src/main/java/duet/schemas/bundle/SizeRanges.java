package duet.schemas.bundle;

import duet.schemas.InvalidInputException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Says what sizes may be; a refusal names the size as it stands in a manifest. */
final class SizeRanges {
    static final int MAX_WIDTH = 4096;
    private static final int MAX_TIME_SCALES = 16;

    private SizeRanges() {}

    public static void require(String name, int value, int least, int limit) {
        if (value < least || value > limit) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s is %d, it must be %d to %d",
                            name,
                            value,
                            least,
                            limit));
        }
    }

    /** Returns the decays, checked; a manifest of format 1 has none. */
    static List<Double> decays(String name, @Nullable List<@Nullable Double> decays) {
        if (decays == null) {
            return List.of();
        }
        if (decays.size() > MAX_TIME_SCALES) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s has %d values, it must have 0 to %d",
                            name,
                            decays.size(),
                            MAX_TIME_SCALES));
        }
        for (Double decay : decays) {
            if (decay == null || !(decay > 0 && decay <= 1)) {
                throw new InvalidInputException(
                        name + " holds " + decay + ", a decay must be above 0 and at most 1");
            }
        }
        return List.copyOf(decays);
    }
}
