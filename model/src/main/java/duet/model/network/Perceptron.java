package duet.model.network;

import ai.djl.ndarray.NDArray;
import duet.schemas.bundle.Dimensions;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Computes two layers over raw inputs, {@code u = LN(relu(x W1 + b1) W2 + b2)}. Its state is the
 * feature vector that a device publishes in place of the input.
 */
final class Perceptron implements StaticLayers {
    private final Layers layers;

    Perceptron(ParameterSet parameters) {
        this.layers = new Layers(parameters);
    }

    static void initialise(
            Dimensions dimensions, ParameterSet parameters, SplittableRandom random) {
        int f = dimensions.feedForward();
        Layers.initialiseLinear(parameters, "perceptron.1", random, dimensions.inputs(), f);
        Layers.initialiseLinear(parameters, "perceptron.2", random, f, dimensions.width());
        Layers.initialiseNorm(parameters, "norm", dimensions.width());
    }

    @Override
    public NDArray state(NDArray inputs, @Nullable NDArray candidates, Dropout dropout) {
        NDArray inner = dropout.apply(Layers.relu(layers.linear(inputs, "perceptron.1")));
        return layers.norm(layers.linear(inner, "perceptron.2"), "norm");
    }
}
