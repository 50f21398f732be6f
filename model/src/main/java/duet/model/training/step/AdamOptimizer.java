package duet.model.training.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import duet.model.network.ParameterSet;
import duet.model.training.options.AdamOptions;
import duet.schemas.bundle.Tensor;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

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

    private final Map<String, NDArray> parameters;
    private final ParameterSet means;
    private final ParameterSet variances;
    private final AdamOptions options;
    private final Predicate<String> penalized;
    private int steps;

    /**
     * Makes an optimizer of these parameters.
     *
     * @param manager owner of the moments
     * @param penalized which of them the penalty of large values is of
     */
    public AdamOptimizer(
            NDManager manager,
            Map<String, NDArray> parameters,
            AdamOptions options,
            Predicate<String> penalized) {
        this.options = options;
        this.penalized = penalized;
        this.parameters = new TreeMap<>(parameters);
        this.means = ParameterSet.zerosLike(manager, parameters);
        this.variances = ParameterSet.zerosLike(manager, parameters);
    }

    /**
     * Takes a step along the parameters' own gradients, which they must require, and sets these to
     * zero.
     *
     * @param step owner of the handles on gradients, closed by the caller
     */
    public void update(NDManager step) {
        begin();
        Map<String, NDArray> gradients = new TreeMap<>();
        parameters.forEach(
                (name, parameter) -> {
                    NDArray gradient = parameter.getGradient();
                    gradient.attach(step);
                    gradients.put(name, gradient);
                });
        float rescale = rescale(gradients.values().stream().map(this::squares).toList());
        gradients.forEach(
                (name, gradient) -> {
                    // The same values outside of the graph: on a thread that records gradients by
                    // default, a parameter itself may not be changed in place.
                    update(name, parameters.get(name).stopGradient(), gradient, rescale);
                    gradient.subi(gradient);
                });
    }

    /** Begins the next step. */
    void begin() {
        steps++;
    }

    /** Returns how many steps were begun. */
    public int steps() {
        return steps;
    }

    /** Returns what {@link #rescale} needs of a gradient: the sum of its squares. */
    double squares(NDArray gradient) {
        return options.gradientClip() == 0 ? 0 : gradient.square().sum().getFloat();
    }

    /**
     * Returns the factor that brings the norm of all gradients together down to the limit.
     *
     * @param squares of each gradient, in the order of their names
     */
    float rescale(Collection<Double> squares) {
        if (options.gradientClip() == 0) {
            return 1;
        }
        double sum = 0;
        for (double square : squares) {
            sum += square;
        }
        return (float) Math.min(1, options.gradientClip() / (Math.sqrt(sum) + 1e-12));
    }

    /**
     * Takes the step that was begun for one parameter; for different ones at once, if need be.
     *
     * @param values of the parameter, changed in place
     */
    void update(String name, NDArray values, NDArray gradient, float rescale) {
        double rate = options.learningRate();
        double corrected =
                rate * Math.sqrt(1 - Math.pow(BETA_2, steps)) / (1 - Math.pow(BETA_1, steps));
        values.getNDArrayInternal()
                .adamUpdate(
                        new NDList(values, gradient, means.get(name), variances.get(name)),
                        new NDList(values),
                        (float) rate,
                        (float) corrected,
                        (float) (penalized.test(name) ? options.weightDecay() : 0),
                        rescale,
                        NO_CLIP,
                        (float) BETA_1,
                        (float) BETA_2,
                        EPSILON,
                        true,
                        false);
    }

    /** Copies the first moments. */
    public Map<String, Tensor> means() {
        return means.tensors();
    }

    /** Copies the second moments. */
    public Map<String, Tensor> variances() {
        return variances.tensors();
    }

    /** Goes on where another optimizer of the same parameters stood. */
    public void restore(
            Map<String, Tensor> savedMeans, Map<String, Tensor> savedVariances, int taken) {
        means.restore(savedMeans);
        variances.restore(savedVariances);
        steps = taken;
    }
}
