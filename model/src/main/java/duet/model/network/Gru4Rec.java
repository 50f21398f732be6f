package duet.model.network;

import ai.djl.ndarray.NDArray;
import duet.schemas.bundle.Dimensions;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Computes GRU4Rec (Hidasi et al., "Session-based Recommendations with Recurrent Neural Networks",
 * 2016): {@code u = LN(h_L)}.
 */
final class Gru4Rec implements StaticLayers {
    private static final String UNIT = "gru";

    private final Layers layers;
    private final SequenceEmbedding sequence;
    private final GatedRecurrentUnit unit;

    Gru4Rec(Dimensions dimensions, ParameterSet parameters) {
        this.layers = new Layers(parameters);
        this.sequence = new SequenceEmbedding(dimensions, parameters);
        this.unit = new GatedRecurrentUnit(parameters, UNIT, dimensions.width());
    }

    static void initialise(
            Dimensions dimensions, ParameterSet parameters, SplittableRandom random) {
        int d = dimensions.width();
        GatedRecurrentUnit.initialise(parameters, UNIT, random, d, d);
        Layers.initialiseNorm(parameters, "norm", d);
    }

    @Override
    public NDArray state(NDArray window, @Nullable NDArray candidates, Dropout dropout) {
        NDArray items = dropout.apply(sequence.items(window));
        return layers.norm(dropout.apply(unit.last(items, Layers.mask(window))), "norm");
    }
}
