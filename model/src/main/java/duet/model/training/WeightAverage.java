package duet.model.training;

import ai.djl.ndarray.NDArray;
import duet.model.network.ParameterSet;

/**
 * Averages parameters over steps, exponentially. The average ranks better than the weights of any
 * single step and varies less between epochs. Its decay warms up, so that the first random values
 * do not linger.
 */
final class WeightAverage {
    private final ParameterSet source;
    private final ParameterSet average;
    private final double decay;
    private int steps;

    /**
     * Starts the average.
     *
     * @param average a copy of the source, updated here
     * @param decay share of the old average that stays in a step
     */
    WeightAverage(ParameterSet source, ParameterSet average, double decay) {
        this.source = source;
        this.average = average;
        this.decay = decay;
    }

    /**
     * Takes the parameters of a further step into the average. Both sets must be lent to the step's
     * manager.
     */
    void update() {
        steps++;
        double warm = Math.min(decay, (1.0 + steps) / (10.0 + steps));
        for (var entry : average.arrays().entrySet()) {
            NDArray mean = entry.getValue();
            NDArray now = source.get(entry.getKey()).stopGradient();
            mean.addi(now.sub(mean).mul((float) (1 - warm)));
        }
    }
}
