package duet.simulator.measurement;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Collects by how much the user AUC of each ranking is better with the device's own weights than
 * with the global ones, for the margin of the mean. It is not thread-safe.
 */
public final class Gains {
    /**
     * The interval that holds 95 % of a normal distribution is this many standard errors wide on
     * either side.
     */
    private static final double NORMAL_97_5 = 1.959964;

    private long count;
    private double sum;
    private double squares;

    /**
     * Holds what is known of the gains of a part.
     *
     * @param count of them
     * @param mean of them
     * @param margin as {@link #margin} tells it
     */
    public record Part(long count, double mean, @Nullable Double margin) {}

    /** Takes a gain in. */
    public void add(double gain) {
        count++;
        sum += gain;
        squares += gain * gain;
    }

    /**
     * Returns half the width of a 95 % confidence interval of the mean, rankings taken as
     * independent; null where there are fewer than two, which tell nothing about their spread.
     */
    public @Nullable Double margin() {
        return margin(count, sum, squares);
    }

    /**
     * Returns the margin of all parts together; null where it cannot be said, as of a part of many
     * gains without one.
     */
    public static @Nullable Double margin(List<Part> parts) {
        Gains all = new Gains();
        for (Part part : parts) {
            if (part.margin == null && part.count > 1) {
                return null;
            }
            all.count += part.count;
            all.sum += part.count * part.mean;
            all.squares += squares(part.count, part.mean, part.margin);
        }
        return all.margin();
    }

    /**
     * Returns half the width of the interval.
     *
     * @param squares sum of the squared gains
     */
    static @Nullable Double margin(long count, double sum, double squares) {
        double mean = sum / count;
        double squaredDeviations = Math.max(0, squares - count * mean * mean);
        return count > 1 ? NORMAL_97_5 * Math.sqrt(squaredDeviations / (count - 1) / count) : null;
    }

    /** Returns the sum of the squared gains, which the margin tells. */
    static double squares(long count, double mean, @Nullable Double margin) {
        double ofMean = count * mean * mean;
        return margin == null
                ? ofMean
                : ofMean + Math.pow(margin / NORMAL_97_5, 2) * count * (count - 1);
    }
}
