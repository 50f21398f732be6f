package duet.schemas.release;

import duet.schemas.InvalidInputException;
import java.time.Duration;
import java.util.Locale;

/**
 * Bounds what one bundle may cost whoever fetches it: the manifest and all its files together.
 *
 * @param time longest time, from the first request to the last byte
 * @param bytes most bytes
 */
public record FetchLimits(Duration time, long bytes) {
    /** So many bytes a bundle may have where nothing else is said: 4 GiB. */
    public static final long DEFAULT_BYTES = 4L << 30;

    /**
     * @throws InvalidInputException if one of them is not above 0
     */
    public FetchLimits {
        if (time.isZero() || time.isNegative()) {
            throw new InvalidInputException(
                    "the time to fetch a bundle is " + time + ", it must be above 0");
        }
        if (bytes <= 0) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "the limit of a bundle is %,d bytes, it must be above 0",
                            bytes));
        }
    }

    /** Returns limits with this time and the usual number of bytes. */
    public static FetchLimits within(Duration time) {
        return new FetchLimits(time, DEFAULT_BYTES);
    }
}
