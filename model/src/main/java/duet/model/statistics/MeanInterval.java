package duet.model.statistics;

import org.apache.commons.statistics.distribution.TDistribution;

/**
 * A mean over users, and how surely it is known.
 *
 * @param mean over users
 * @param halfWidth half the width of its 95 % confidence interval by Student's t, users taken as
 *     independent; not a number where there are fewer than two
 */
public record MeanInterval(double mean, double halfWidth) {
    private static final double UPPER_TAIL = 0.025;

    /** Returns the mean of the users' values with its interval, not a number of none. */
    public static MeanInterval of(double[] values) {
        Sum sum = new Sum();
        for (double value : values) {
            sum.add(value);
        }
        return sum.result();
    }

    /** Returns the lower end. */
    public double low() {
        return mean - halfWidth;
    }

    /** Returns the upper end. */
    public double high() {
        return mean + halfWidth;
    }

    /** Returns whether the interval is known and does not hold 0: the difference is no noise. */
    public boolean isApartFromZero() {
        return low() > 0 || high() < 0;
    }

    /** Collects the values of users. */
    public static final class Sum {
        private long count;
        private double mean;
        private double squares; // of the deviations from the mean

        /** Takes in the value of a further user. */
        public void add(double value) {
            count++;
            double deviation = value - mean;
            mean += deviation / count;
            squares += deviation * (value - mean);
        }

        /** Returns the mean of what was added, not a number where there is nothing. */
        public MeanInterval result() {
            if (count < 2) {
                return new MeanInterval(count == 0 ? Double.NaN : mean, Double.NaN);
            }
            double deviation = Math.sqrt(squares / (count - 1) / count);
            return new MeanInterval(
                    mean,
                    deviation * TDistribution.of(count - 1).inverseSurvivalProbability(UPPER_TAIL));
        }
    }
}
