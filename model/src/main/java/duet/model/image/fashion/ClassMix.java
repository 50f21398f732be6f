package duet.model.image.fashion;

import duet.model.image.Wave;
import java.util.SplittableRandom;

/**
 * Says how likely each class is on a device as time goes on. The device goes to and fro between two
 * mixes that are drawn from a symmetric Dirichlet distribution with concentration 1/2. They are
 * uneven: of ten classes the most frequent one has 38 % of a mix on average, and 28 % halfway
 * between two of them.
 */
final class ClassMix {
    /** A class becomes more or less likely by at most so much from one step to the next. */
    static final double MAX_CHANGE = Math.PI / Wave.SHORTEST_PERIOD;

    private final double[] one;
    private final double[] other;
    private final Wave share;

    private ClassMix(double[] one, double[] other, Wave share) {
        this.one = one;
        this.other = other;
        this.share = share;
    }

    static ClassMix draw(SplittableRandom random, int classes) {
        return new ClassMix(
                dirichlet(random, classes),
                dirichlet(random, classes),
                new Wave(
                        0.5,
                        0.5,
                        Wave.SHORTEST_PERIOD * (1 + random.nextDouble()),
                        random.nextDouble()));
    }

    /** Normalises squares of normal variables, which are gamma variables of shape 1/2. */
    private static double[] dirichlet(SplittableRandom random, int classes) {
        double[] mix = new double[classes];
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            double normal = random.nextGaussian();
            mix[c] = normal * normal;
            sum += mix[c];
        }
        for (int c = 0; c < classes; c++) {
            mix[c] /= sum;
        }
        return mix;
    }

    /** Returns the probability of a class at a step. */
    double probability(int label, int step) {
        double w = share.at(step);
        return (1 - w) * one[label] + w * other[label];
    }

    /**
     * Returns the class of a device at a step.
     *
     * @param uniform drawn evenly from 0 to 1, 1 excluded
     */
    int at(int step, double uniform) {
        double left = uniform;
        for (int c = 0; c < one.length - 1; c++) {
            left -= probability(c, step);
            if (left < 0) {
                return c;
            }
        }
        return one.length - 1;
    }
}
