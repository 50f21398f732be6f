package duet.model.network;

import ai.djl.ndarray.NDArray;
import duet.schemas.bundle.Dimensions;
import java.util.SplittableRandom;

/**
 * Embeds an interaction as the generator sees it, e(p) of width d_c: the item's own embedding, or
 * one tanh layer over the feature vector.
 */
final class InteractionEmbedding {
    static final String ITEMS = "generator.item.embedding";
    private static final String FEATURE = "generator.feature";
    private static final double ITEM_DEVIATION = 0.05;

    private final Layers layers;

    InteractionEmbedding(ParameterSet parameters) {
        this.layers = new Layers(parameters);
    }

    static void initialise(
            Dimensions dimensions, ParameterSet parameters, SplittableRandom random) {
        int width = dimensions.generatorItemWidth();
        if (dimensions.features() > 0) {
            Layers.initialiseLinear(parameters, FEATURE, random, dimensions.features(), width);
        } else {
            parameters.itemTable(ITEMS, random, ITEM_DEVIATION, dimensions.items(), width);
        }
    }

    /** Centres the layer over feature vectors on these; tables of items start centred. */
    void standardise(GeneratorInput input) {
        if (input.features() != null) {
            layers.standardise(input.features(), FEATURE);
        }
    }

    /**
     * Returns the embeddings [batch, length, d_c]; what stands in the place of padding has no
     * meaning.
     */
    NDArray embed(GeneratorInput input) {
        if (input.features() == null) {
            return Layers.embed(input.items(), layers.get(ITEMS));
        }
        return layers.linear(input.features(), FEATURE).tanh();
    }
}
