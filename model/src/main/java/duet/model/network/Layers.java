package duet.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import java.util.SplittableRandom;

/** Provides the layers that networks are built from, over named parameters. */
final class Layers {
    static final float LAYER_NORM_EPSILON = 1e-5f;

    /** An output whose deviation is smaller than this counts as constant. */
    private static final float SMALLEST = 1e-3f;

    /** This is added to the attention logit of what must not be seen. */
    static final float MASKED = -1e9f;

    private final ParameterSet parameters;

    Layers(ParameterSet parameters) {
        this.parameters = parameters;
    }

    static void initialiseLinear(
            ParameterSet parameters, String name, SplittableRandom random, int in, int out) {
        parameters.glorot(name + ".weight", random, in, out);
        parameters.zeros(name + ".bias", out);
    }

    static void initialiseNorm(ParameterSet parameters, String name, int width) {
        parameters.ones(name + ".gamma", width);
        parameters.zeros(name + ".beta", width);
    }

    NDArray get(String name) {
        return parameters.get(name);
    }

    /** Returns {@code x · W + b}. */
    NDArray linear(NDArray x, String name) {
        return x.matMul(get(name + ".weight")).add(get(name + ".bias"));
    }

    /**
     * Shifts and scales a linear layer so that each of its outputs has mean 0 and deviation 1 over
     * the given inputs.
     *
     * @param x [..., in], representative of what the layer reads
     */
    void standardise(NDArray x, String name) {
        NDArray weight = get(name + ".weight");
        NDArray bias = get(name + ".bias");
        NDArray rows = x.reshape(-1, weight.getShape().get(0));
        NDArray outputs = rows.matMul(weight);
        NDArray mean = outputs.mean(new int[] {0}, true);
        NDArray deviation =
                outputs.sub(mean).square().mean(new int[] {0}, true).sqrt().maximum(SMALLEST);
        weight.set(ParameterSet.ALL, weight.div(deviation));
        bias.set(ParameterSet.ALL, mean.div(deviation).neg().reshape(bias.getShape()));
    }

    /** Normalizes the last dimension. */
    NDArray norm(NDArray x, String name) {
        NDArray gamma = get(name + ".gamma");
        return x.getNDArrayInternal()
                .layerNorm(
                        x, new Shape(gamma.size()), gamma, get(name + ".beta"), LAYER_NORM_EPSILON)
                .singletonOrThrow();
    }

    static NDArray relu(NDArray x) {
        return x.getNDArrayInternal().relu();
    }

    static NDArray embed(NDArray indices, NDArray table) {
        return indices.getNDArrayInternal()
                .embedding(indices, table, SparseFormat.DENSE)
                .singletonOrThrow();
    }

    /** Returns 1 where an index is an item, 0 where it is padding. */
    static NDArray mask(NDArray indices) {
        return indices.gt(0).toType(DataType.FLOAT32, false);
    }
}
