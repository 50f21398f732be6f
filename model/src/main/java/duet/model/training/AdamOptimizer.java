package duet.model.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import duet.model.training.options.AdamOptions;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs Adam (Kingma and Ba, 2015) through the engine's fused update. DJL's own optimizer classes
 * keep their moments outside of any manager that could be closed, so the moments stand here.
 */
public final class AdamOptimizer {
    private static final double BETA_1 = 0.9;
    private static final double BETA_2 = 0.999;
    private static final float EPSILON = 1e-8f;

    /** The engine's own clipping only cuts positive entries; the norm is limited here instead. */
    private static final float NO_CLIP = -1;

    private record Entry(NDArray parameter, NDArray mean, NDArray variance) {}

    private final Map<String, Entry> entries = new TreeMap<>();
    private final AdamOptions options;
    private int steps;

    /**
     * Makes an optimizer of these parameters, which must require gradients.
     *
     * @param manager owner of the moments
     */
    public AdamOptimizer(NDManager manager, Map<String, NDArray> parameters, AdamOptions options) {
        this.options = options;
        parameters.forEach(
                (name, parameter) ->
                        entries.put(
                                name,
                                new Entry(
                                        parameter,
                                        manager.zeros(parameter.getShape()),
                                        manager.zeros(parameter.getShape()))));
    }

    /**
     * Applies the gradients and sets them to zero.
     *
     * @param step owner of the handles on gradients, closed by the caller
     */
    public void update(NDManager step) {
        steps++;
        double rate = options.learningRate();
        double corrected =
                rate * Math.sqrt(1 - Math.pow(BETA_2, steps)) / (1 - Math.pow(BETA_1, steps));
        Map<String, NDArray> gradients = gradients(step);
        float rescale = rescale(gradients);
        for (var named : entries.entrySet()) {
            Entry entry = named.getValue();
            NDArray gradient = gradients.get(named.getKey());
            // The same values outside of the graph: on a thread that records gradients by default,
            // a parameter itself may
            // not be changed in place.
            NDArray values = entry.parameter.stopGradient();
            values.getNDArrayInternal()
                    .adamUpdate(
                            new NDList(values, gradient, entry.mean, entry.variance),
                            new NDList(values),
                            (float) rate,
                            (float) corrected,
                            (float) options.weightDecay(),
                            rescale,
                            NO_CLIP,
                            (float) BETA_1,
                            (float) BETA_2,
                            EPSILON,
                            true,
                            false);
            gradient.subi(gradient);
        }
    }

    private Map<String, NDArray> gradients(NDManager step) {
        Map<String, NDArray> gradients = new TreeMap<>();
        entries.forEach(
                (name, entry) -> {
                    NDArray gradient = entry.parameter.getGradient();
                    gradient.attach(step);
                    gradients.put(name, gradient);
                });
        return gradients;
    }

    /** Returns the factor that brings the norm of all gradients together down to the limit. */
    private float rescale(Map<String, NDArray> gradients) {
        if (options.gradientClip() == 0) {
            return 1;
        }
        double squares = 0;
        for (NDArray gradient : gradients.values()) {
            squares += gradient.square().sum().getFloat();
        }
        return (float) Math.min(1, options.gradientClip() / (Math.sqrt(squares) + 1e-12));
    }
}
