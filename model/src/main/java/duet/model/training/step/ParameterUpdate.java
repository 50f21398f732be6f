package duet.model.training.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import duet.model.network.ParameterSet;
import duet.model.training.options.PhaseOptions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Changes parameters after each batch: sums the gradients of its parts in their order, takes a step
 * of Adam and takes the new weights into the averages, parameter by parameter.
 */
public final class ParameterUpdate {

    /** Holds a parameter, its average, and how many values it has. */
    private record Entry(String name, NDArray value, NDArray average) {}

    private final AdamOptimizer optimizer;
    private final WeightAverage average;
    private final Workers workers;
    private final List<Entry> entries = new ArrayList<>(); // the largest first

    /**
     * Makes an update.
     *
     * @param trained what is trained; the penalty of large values is of the first set
     * @param learner says which parameters are trainable
     */
    public ParameterUpdate(
            NDManager manager,
            List<ParameterSet> trained,
            List<ParameterSet> averaged,
            Learner learner,
            PhaseOptions options,
            Workers workers) {
        Map<String, NDArray> learned = new TreeMap<>();
        for (int i = 0; i < trained.size(); i++) {
            ParameterSet averages = averaged.get(i);
            trained.get(i)
                    .arrays()
                    .forEach(
                            (name, array) -> {
                                if (learner.parameters().stream()
                                        .anyMatch(set -> set.isLearned(name))) {
                                    learned.put(name, array);
                                    entries.add(new Entry(name, array, averages.get(name)));
                                }
                            });
        }
        entries.sort(Comparator.comparingLong((Entry entry) -> -entry.value.size()));
        this.optimizer =
                new AdamOptimizer(
                        manager, learned, options.adam(), trained.get(0).names()::contains);
        this.average = new WeightAverage(options.averaging());
        this.workers = workers;
    }

    public AdamOptimizer optimizer() {
        return optimizer;
    }

    /**
     * Takes a step.
     *
     * @param step owner of what is computed on the way
     * @param gradients of each part of the batch by parameter; those of the first are changed
     */
    public void take(NDManager step, List<Map<String, NDArray>> gradients) {
        optimizer.begin();
        List<Double> squares = workers.run(entries.size(), i -> summed(entries.get(i), gradients));
        Map<String, Double> byName = new TreeMap<>();
        for (int i = 0; i < entries.size(); i++) {
            byName.put(entries.get(i).name, squares.get(i));
        }
        float rescale = optimizer.rescale(byName.values());
        workers.run(
                entries.size(),
                i -> {
                    Entry entry = entries.get(i);
                    NDArray values = entry.value.stopGradient();
                    values.attach(step);
                    NDArray gradient = gradients.get(0).get(entry.name);
                    optimizer.update(entry.name, values, gradient, rescale);
                    average.update(entry.average, values, optimizer.steps());
                    return i;
                });
    }

    /** Sums the gradients of a parameter and returns the sum of their squares. */
    private double summed(Entry entry, List<Map<String, NDArray>> gradients) {
        NDArray sum = gradients.get(0).get(entry.name);
        for (Map<String, NDArray> further : gradients.subList(1, gradients.size())) {
            sum.addi(further.get(entry.name));
        }
        return optimizer.squares(sum);
    }
}
