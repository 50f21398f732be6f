package duet.simulator.workload;

import java.util.SplittableRandom;

/** Draws from discrete distributions. */
final class Sampling {
    private Sampling() {}

    /**
     * Returns an index with a probability in proportion to its weight; weights are not negative and
     * not all 0.
     */
    static int pick(double[] weights, SplittableRandom random) {
        double sum = 0;
        for (double weight : weights) {
            sum += weight;
        }
        double left = random.nextDouble() * sum;
        int last = -1;
        for (int i = 0; i < weights.length; i++) {
            if (weights[i] > 0) {
                last = i;
                left -= weights[i];
                if (left < 0) {
                    return i;
                }
            }
        }
        if (last < 0) {
            throw new IllegalArgumentException("all weights are 0");
        }
        return last;
    }
}
