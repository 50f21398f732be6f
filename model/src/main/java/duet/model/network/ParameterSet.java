package duet.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.Shape;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Holds named float32 parameters of a network, owned by a manager: closing the manager frees them.
 * Initial values are drawn in Java, so that they depend on the seed alone.
 */
public final class ParameterSet {
    /** Stands for every value of an array, where all are set. */
    static final NDIndex ALL = new NDIndex("...");

    private final NDManager manager;
    private final Map<String, NDArray> arrays = new LinkedHashMap<>();
    private final @Nullable ParameterSet source;
    private final Predicate<String> learned;

    public ParameterSet(NDManager manager) {
        this(manager, null, name -> false);
    }

    private ParameterSet(
            NDManager manager, @Nullable ParameterSet source, Predicate<String> learned) {
        this.manager = manager;
        this.source = source;
        this.learned = learned;
    }

    /**
     * Returns a set that reads the same memory through arrays of its own, which {@link #lendTo}
     * makes for each step: so that several threads can use a set at once, each its replica, and
     * each gets its own gradients.
     *
     * @param trainable which parameters get gradients
     */
    public ParameterSet replica(Predicate<String> trainable) {
        return new ParameterSet(manager, this, trainable);
    }

    /** Makes a set of parameters with these values, in the order of their names. */
    public static ParameterSet of(NDManager manager, Map<String, Tensor> tensors) {
        ParameterSet parameters = new ParameterSet(manager);
        new TreeMap<>(tensors)
                .forEach((name, tensor) -> parameters.add(name, tensor.values(), tensor.shape()));
        return parameters;
    }

    /** Returns the parameter of that name. */
    public NDArray get(String name) {
        NDArray array = arrays.get(name);
        if (array == null) {
            throw new IllegalArgumentException("there is no parameter " + name);
        }
        return array;
    }

    /** Returns all parameters by name; a view. */
    public Map<String, NDArray> arrays() {
        return Collections.unmodifiableMap(arrays);
    }

    public Set<String> names() {
        return arrays().keySet();
    }

    /**
     * Lends the parameters to a step's manager: whatever is computed from them belongs to it and is
     * freed with it, while the parameters themselves go back to their owner when it closes. Without
     * this, views of parameters pile up with the owner.
     */
    public void lendTo(NDManager step) {
        if (source == null) {
            arrays.values().forEach(array -> array.tempAttach(step));
            return;
        }
        source.arrays.forEach(
                (name, array) -> {
                    NDArray view = array.stopGradient();
                    view.attach(step);
                    if (learned.test(name)) {
                        view.setRequiresGradient(true);
                    }
                    arrays.put(name, view);
                });
    }

    /**
     * Returns the gradients of a replica that was lent to a step, by name; they belong to the step.
     */
    public Map<String, NDArray> gradients() {
        Map<String, NDArray> gradients = new TreeMap<>();
        arrays.forEach(
                (name, array) -> {
                    if (learned.test(name)) {
                        gradients.put(name, array.getGradient());
                    }
                });
        return gradients;
    }

    /** Returns whether a replica has gradients of that parameter. */
    public boolean isLearned(String name) {
        return source != null && source.arrays.containsKey(name) && learned.test(name);
    }

    /** Makes a set of zeros in the shapes of these arrays. */
    public static ParameterSet zerosLike(NDManager manager, Map<String, NDArray> arrays) {
        ParameterSet zeros = new ParameterSet(manager);
        arrays.forEach((name, array) -> zeros.arrays.put(name, manager.zeros(array.getShape())));
        return zeros;
    }

    /**
     * Checks that tensors are those of this set.
     *
     * @throws InvalidInputException if one is missing or has another shape, naming it
     */
    public void requireFit(Map<String, Tensor> tensors) {
        arrays.forEach(
                (name, array) -> {
                    Tensor tensor = tensors.get(name);
                    if (tensor == null || !tensor.hasShape(shape(array))) {
                        throw new InvalidInputException(
                                String.format(
                                        Locale.ROOT,
                                        "%s is %s, it has to be %s",
                                        name,
                                        tensor == null ? "missing" : tensor,
                                        Arrays.toString(shape(array))));
                    }
                });
    }

    /**
     * Sets all values.
     *
     * @throws InvalidInputException if a tensor is missing or has another shape, naming it
     */
    public void restore(Map<String, Tensor> tensors) {
        requireFit(tensors);
        arrays.forEach(
                (name, array) -> {
                    // Not NDArray.set of plain values, nor copyTo: DJL's native code of them uses
                    // what PyTorch warns about on standard error.
                    try (NDArray values =
                            manager.create(tensors.get(name).values(), array.getShape())) {
                        array.set(ALL, values);
                    }
                });
    }

    /** Copies all values into plain Java tensors. */
    public Map<String, Tensor> tensors() {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        arrays.forEach((name, array) -> tensors.put(name, tensor(array)));
        return tensors;
    }

    NDArray zeros(String name, int... shape) {
        return add(name, new float[size(shape)], shape);
    }

    NDArray ones(String name, int... shape) {
        float[] values = new float[size(shape)];
        Arrays.fill(values, 1);
        return add(name, values, shape);
    }

    NDArray normal(String name, SplittableRandom random, double deviation, int... shape) {
        float[] values = new float[size(shape)];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
        }
        return add(name, values, shape);
    }

    /** Adds a matrix [in, out] drawn with Glorot's deviation, {@code sqrt(2 / (in + out))}. */
    NDArray glorot(String name, SplittableRandom random, int in, int out) {
        return normal(name, random, Math.sqrt(2.0 / (in + out)), in, out);
    }

    /**
     * Adds embeddings of so many items, [items + 1, width]; the first row stands for padding and is
     * zero.
     */
    NDArray itemTable(
            String name, SplittableRandom random, double deviation, int items, int width) {
        float[] values = new float[Math.multiplyExact(items + 1, width)];
        for (int i = width; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() * deviation);
        }
        return add(name, values, items + 1, width);
    }

    NDArray add(String name, float[] values, int... shape) {
        NDArray array = manager.create(values, shape(shape));
        array.setName(name);
        if (arrays.put(name, array) != null) {
            throw new IllegalArgumentException("parameter " + name + " exists already");
        }
        return array;
    }

    private static Tensor tensor(NDArray array) {
        return new Tensor(shape(array), array.toFloatArray());
    }

    private static int[] shape(NDArray array) {
        return Arrays.stream(array.getShape().getShape()).mapToInt(Math::toIntExact).toArray();
    }

    private static Shape shape(int... extents) {
        return new Shape(Arrays.stream(extents).asLongStream().toArray());
    }

    private static int size(int... shape) {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }
}
