package duet.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import duet.schemas.bundle.Dimensions;
import java.util.SplittableRandom;

/**
 * Encodes a device's interactions by a recurrent encoder over the newest L, a long memory over the
 * whole history, or both side by side; one tanh layer then gives the distribution embedding z.
 */
final class HeadEncoder {
    private static final String RECURRENT = "encoder.gru";
    private static final String COMBINATION = "encoder.mlp";

    private final Dimensions dimensions;
    private final InteractionEmbedding interactions;
    private final GatedRecurrentUnit recurrent;
    private final Layers layers;

    HeadEncoder(Dimensions dimensions, ParameterSet parameters) {
        this.dimensions = dimensions;
        this.interactions = new InteractionEmbedding(parameters);
        this.recurrent = new GatedRecurrentUnit(parameters, RECURRENT, dimensions.encoderWidth());
        this.layers = new Layers(parameters);
    }

    static void initialise(
            Dimensions dimensions, ParameterSet parameters, SplittableRandom random) {
        int width = dimensions.generatorItemWidth();
        int hidden = dimensions.encoderWidth();
        InteractionEmbedding.initialise(dimensions, parameters, random);
        if (hidden > 0) {
            GatedRecurrentUnit.initialise(parameters, RECURRENT, random, width, hidden);
        }
        Layers.initialiseLinear(
                parameters,
                COMBINATION,
                random,
                hidden + dimensions.memoryDecays().size() * width,
                dimensions.embeddingWidth());
    }

    /** Returns the distribution embeddings [batch, d_z]. */
    NDArray encode(GeneratorInput input, Dropout dropout) {
        return layers.linear(dropout.apply(joined(input, dropout)), COMBINATION).tanh();
    }

    /** Moves the layers' first values to where what they give differs most among these devices. */
    void standardise(GeneratorInput input) {
        interactions.standardise(input);
        layers.standardise(joined(input, Dropout.NONE), COMBINATION);
    }

    private NDArray joined(GeneratorInput input, Dropout dropout) {
        NDArray embedded = interactions.embed(input);
        NDList read = new NDList();
        if (dimensions.encoderWidth() > 0) {
            read.add(lastState(embedded, input.mask(), dropout));
        }
        if (!dimensions.memoryDecays().isEmpty()) {
            read.add(LongMemory.summaries(embedded, input.mask(), dimensions.memoryDecays()));
        }
        return read.size() == 1 ? read.get(0) : read.get(0).concat(read.get(1), 1);
    }

    /** Returns the state of the recurrent encoder after the newest L interactions, [batch, h]. */
    private NDArray lastState(NDArray embedded, NDArray mask, Dropout dropout) {
        long older = mask.getShape().get(1) - dimensions.window();
        if (older > 0) {
            NDIndex newest = new NDIndex(":, {}:", older);
            return lastState(embedded.get(newest), mask.get(newest), dropout);
        }
        return recurrent.last(dropout.apply(embedded.mul(mask.expandDims(-1))), mask);
    }
}
