package duet.simulator.scenario;

import java.util.SplittableRandom;

/**
 * Draws from a discrete distribution in constant time, with 12 bytes an outcome: Walker's alias
 * method as Vose builds it (1991).
 */
final class WeightedChoice {
    private final double[] keep;
    private final int[] alias;

    /**
     * Creates a choice whose outcomes are in proportion to these weights, which are not negative
     * and not all 0.
     */
    WeightedChoice(double[] weights) {
        int outcomes = weights.length;
        keep = new double[outcomes];
        alias = new int[outcomes];
        double sum = 0;
        for (double weight : weights) {
            sum += weight;
        }
        // Those below the mean from the front, those above it from the back.
        int[] pending = new int[outcomes];
        int small = 0;
        int large = outcomes;
        for (int i = 0; i < outcomes; i++) {
            keep[i] = weights[i] / sum * outcomes;
            if (keep[i] < 1) {
                pending[small++] = i;
            } else {
                pending[--large] = i;
            }
        }
        while (small > 0 && large < outcomes) {
            int poor = pending[--small];
            int rich = pending[large];
            alias[poor] = rich;
            keep[rich] -= 1 - keep[poor];
            if (keep[rich] < 1) {
                large++;
                pending[small++] = rich;
            }
        }
        // What is left is 1 but for rounding.
        while (small > 0) {
            keep[pending[--small]] = 1;
        }
        while (large < outcomes) {
            keep[pending[large++]] = 1;
        }
    }

    int draw(SplittableRandom random) {
        double at = random.nextDouble() * keep.length;
        int outcome = (int) at;
        return at - outcome < keep[outcome] ? outcome : alias[outcome];
    }
}
