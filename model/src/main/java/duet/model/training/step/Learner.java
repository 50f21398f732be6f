package duet.model.training.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.training.GradientCollector;
import duet.model.network.MersenneTwister;
import duet.model.network.ParameterSet;
import duet.model.network.Scale;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Computes gradients of one part of a batch. Several learners work at once, each with replicas of
 * the parameters and chance of its own.
 *
 * @param parameters replicas of all sets that the objective reads
 * @param objective over these replicas
 * @param chance what the objective's dropout draws with
 */
public record Learner(List<ParameterSet> parameters, Objective objective, MersenneTwister chance) {

    /**
     * Holds what a part of a batch gave.
     *
     * @param owner of the gradients and of all they were made from
     * @param loss mean loss of the part times its share
     * @param gradients of that by parameter
     */
    public record Lesson(NDManager owner, double loss, Map<String, NDArray> gradients) {}

    /**
     * Computes loss and gradients; both belong to {@code step}.
     *
     * @param share of the batch that the part is, 1 for all of it
     * @param collector open while this runs; threads may share it
     */
    public Lesson learn(
            NDManager step, Objective.Draw draw, double share, GradientCollector collector) {
        parameters.forEach(set -> set.lendTo(step));
        NDArray loss = draw.loss(step);
        NDArray shared = share == 1 ? loss : Scale.by(loss, share);
        collector.backward(shared);
        Map<String, NDArray> gradients = new TreeMap<>();
        parameters.forEach(set -> gradients.putAll(set.gradients()));
        return new Lesson(step, shared.getFloat(), gradients);
    }
}
