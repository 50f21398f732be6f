package duet.model.training.step;

import ai.djl.ndarray.NDArray;

/**
 * Averages parameters over steps, exponentially. The average ranks better than the weights of any
 * single step and varies less between epochs. Its decay warms up, so that the first random values
 * do not linger.
 */
final class WeightAverage {
    private final double decay;

    /**
     * Makes an average.
     *
     * @param decay share of the old average that stays in a step
     */
    WeightAverage(double decay) {
        this.decay = decay;
    }

    /**
     * Takes a further value into a mean, in place.
     *
     * @param now of the value after the step; what is computed on the way belongs to its manager
     * @param step how many values the mean has seen with this one
     */
    void update(NDArray mean, NDArray now, int step) {
        double warm = Math.min(decay, (1.0 + step) / (10.0 + step));
        mean.addi(now.sub(mean).mul((float) (1 - warm)));
    }
}
