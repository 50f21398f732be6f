package duet.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import duet.schemas.bundle.Tensor;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Holds named float32 parameters of a network, owned by a manager: closing the manager frees them.
 * Initial values are drawn in Java, so that they depend on the seed alone.
 */
public final class ParameterSet {
    private final NDManager manager;
    private final Map<String, NDArray> arrays = new LinkedHashMap<>();

    public ParameterSet(NDManager manager) {
        this.manager = manager;
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
        arrays.values().forEach(array -> array.tempAttach(step));
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
        long[] extents = array.getShape().getShape();
        return new Tensor(
                Arrays.stream(extents).mapToInt(Math::toIntExact).toArray(), array.toFloatArray());
    }

    private static Shape shape(int... extents) {
        return new Shape(Arrays.stream(extents).asLongStream().toArray());
    }

    private static int size(int... shape) {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }
}
