package duet.model.training;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import java.util.TreeMap;

/**
 * Adam (Kingma and Ba, 2015) through the engine's fused update. DJL's own optimizer classes keep their moments outside
 * of any manager that could be closed, so the moments stand here.
 */
final class AdamOptimizer {
    private static final double BETA_1 = 0.9;
    private static final double BETA_2 = 0.999;
    private static final float EPSILON = 1e-8f;

    private record Entry(NDArray parameter, NDArray mean, NDArray variance) {}

    private final Map<String, Entry> entries = new TreeMap<>();
    private final PhaseOptions options;
    private int steps;

    /**
     * An optimizer of these parameters, which must require gradients.
     *
     * @param manager owner of the moments
     */
    AdamOptimizer(NDManager manager, Map<String, NDArray> parameters, PhaseOptions options) {
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
    void update(NDManager step) {
        steps++;
        double rate = options.learningRate();
        double corrected =
                rate * Math.sqrt(1 - Math.pow(BETA_2, steps)) / (1 - Math.pow(BETA_1, steps));
        float clip = options.gradientClip() > 0 ? (float) options.gradientClip() : -1;
        for (Entry entry : entries.values()) {
            NDArray gradient = entry.parameter.getGradient();
            gradient.attach(step);
            entry.parameter
                    .getNDArrayInternal()
                    .adamUpdate(
                            new NDList(entry.parameter, gradient, entry.mean, entry.variance),
                            new NDList(entry.parameter),
                            (float) rate,
                            (float) corrected,
                            (float) options.weightDecay(),
                            1f,
                            clip,
                            (float) BETA_1,
                            (float) BETA_2,
                            EPSILON,
                            true,
                            false);
            gradient.subi(gradient);
        }
    }
}
