package duet.simulator.network;

import duet.schemas.InvalidInputException;
import java.time.Duration;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * A link is one direction of the way between a device and the broker. Latency is log-normal through
 * its median and its 99th percentile, and at most {@link #LONGEST}; records overtake each other as
 * they do where each takes its own way.
 *
 * @param median half of the records take at most so long
 * @param p99 99 % of the records take at most so long
 * @param loss share of the records that never arrive
 */
public record Link(Duration median, Duration p99, double loss) {
    /** No record takes longer, and no percentile may be longer. */
    public static final Duration LONGEST = Duration.ofMinutes(5);

    /** Has no latency and no loss. */
    public static final Link PERFECT = new Link(Duration.ZERO, Duration.ZERO, 0);

    private static final double NORMAL_99 = 2.3263478740408408;

    /**
     * Creates a direction.
     *
     * @throws InvalidInputException if a time is below 0 or above {@link #LONGEST}, the 99th
     *     percentile is below the median, a median of 0 has a 99th percentile above it, or the loss
     *     is not a share
     */
    public Link {
        between("median", median);
        between("99th percentile", p99);
        if (p99.compareTo(median) < 0) {
            throw new InvalidInputException(
                    "the 99th percentile of the network's latency is "
                            + text(p99)
                            + ", below the median of "
                            + text(median));
        }
        if (median.isZero() && !p99.isZero()) {
            throw new InvalidInputException(
                    "the median of the network's latency is 0, its 99th percentile "
                            + text(p99)
                            + ": a median above 0 is needed");
        }
        if (!(loss >= 0 && loss <= 1)) {
            throw new InvalidInputException(
                    "the loss of the network is " + loss + ", it must be 0 to 1");
        }
    }

    /** Returns whether every record arrives at once. */
    public boolean isPerfect() {
        return loss == 0 && p99.isZero();
    }

    /**
     * Returns how many microseconds one record takes, {@link DeviceNetwork#LOST} where it never
     * arrives.
     */
    long passage(SplittableRandom random) {
        if (loss > 0 && random.nextDouble() < loss) {
            return DeviceNetwork.LOST;
        }
        if (median.isZero()) {
            return 0;
        }
        double spread = StrictMath.log((double) p99.toNanos() / median.toNanos()) / NORMAL_99;
        double micros = micros(median) * StrictMath.exp(spread * random.nextGaussian());
        return (long) Math.min(micros, micros(LONGEST));
    }

    private static double micros(Duration duration) {
        return (double) duration.toNanos() / TimeUnit.MICROSECONDS.toNanos(1);
    }

    private static void between(String name, Duration value) {
        if (value.isNegative() || value.compareTo(LONGEST) > 0) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "the %s of the network's latency is %s, it must be 0 to %s",
                            name,
                            text(value),
                            text(LONGEST)));
        }
    }

    private static String text(Duration duration) {
        return String.format(Locale.ROOT, "%.0f ms", duration.toNanos() / 1e6);
    }
}
