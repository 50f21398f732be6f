package duet.model.network;

import ai.djl.ndarray.NDArray;
import duet.schemas.bundle.Dimensions;
import java.util.SplittableRandom;

/**
 * Reads a long memory in the device model itself, as a control for what generated weights buy:
 * means of item embeddings over the whole history, times a matrix, are added to the user state.
 */
final class DeviceMemory {
    private final Dimensions dimensions;
    private final Layers layers;

    DeviceMemory(Dimensions dimensions, ParameterSet parameters) {
        this.dimensions = dimensions;
        this.layers = new Layers(parameters);
    }

    static void initialise(
            Dimensions dimensions, ParameterSet parameters, SplittableRandom random) {
        int d = dimensions.width();
        int inputs = dimensions.deviceMemoryDecays().size() * d;
        Layers.initialiseLinear(parameters, "memory", random, inputs, d);
    }

    /**
     * Returns what a history [batch, length] int64, left-padded with 0, adds to the user state:
     * [batch, d].
     */
    NDArray of(NDArray history) {
        NDArray items = Layers.embed(history, layers.get("item.embedding"));
        NDArray summaries =
                LongMemory.summaries(items, Layers.mask(history), dimensions.deviceMemoryDecays());
        return layers.linear(summaries, "memory");
    }
}
