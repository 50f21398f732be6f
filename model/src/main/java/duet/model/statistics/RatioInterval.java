package duet.model.statistics;

import java.util.Optional;
import org.apache.commons.statistics.distribution.TDistribution;

/**
 * A ratio of two means over the same users, with its 95 % confidence interval by Fieller's theorem:
 * it holds the ratios that a paired t test would not refuse. It lies around the ratio unevenly.
 *
 * @param ratio of the means
 * @param low lower end
 * @param high upper end
 */
public record RatioInterval(double ratio, double low, double high) {
    private static final double UPPER_TAIL = 0.025;

    /**
     * Returns the ratio of the means of both.
     *
     * @param numerators one a user
     * @param denominators of the same users
     * @return empty if the mean denominator is not above 0 by more than half the width of its own
     *     interval, or unknown: then the interval of the ratio has no end
     * @throws IllegalArgumentException if they are not equally many
     */
    public static Optional<RatioInterval> of(double[] numerators, double[] denominators) {
        if (numerators.length != denominators.length) {
            throw new IllegalArgumentException(
                    numerators.length + " numerators of " + denominators.length + " denominators");
        }
        int n = numerators.length;
        if (n < 2) {
            return Optional.empty();
        }
        double above = mean(numerators);
        double below = mean(denominators);
        double t = TDistribution.of(n - 1.0).inverseSurvivalProbability(UPPER_TAIL);
        double varianceBelow = covarianceOfMeans(denominators, below, denominators, below);
        if (!(below > t * Math.sqrt(varianceBelow))) {
            return Optional.empty();
        }
        double varianceAbove = covarianceOfMeans(numerators, above, numerators, above);
        double covariance = covarianceOfMeans(numerators, above, denominators, below);
        // The ends are where (above - ratio * below)^2 = t^2 * variance of that difference.
        double square = below * below - t * t * varianceBelow;
        double linear = above * below - t * t * covariance;
        double constant = above * above - t * t * varianceAbove;
        double root = Math.sqrt(Math.max(0, linear * linear - square * constant));
        return Optional.of(
                new RatioInterval(
                        above / below, (linear - root) / square, (linear + root) / square));
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private static double covarianceOfMeans(
            double[] one, double meanOfOne, double[] other, double meanOfOther) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (one[i] - meanOfOne) * (other[i] - meanOfOther);
        }
        return sum / (one.length - 1) / one.length;
    }
}
