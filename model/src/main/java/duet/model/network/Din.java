package duet.model.network;

import ai.djl.ndarray.NDArray;
import duet.schemas.bundle.Dimensions;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Computes the deep interest network (Zhou et al., 2018): each candidate q attends to the window's
 * positions x by a small network over [x, q, x − q, x ∘ q], and {@code u = LN(Σ a x)} is its own
 * user state. Attention is normalised by softmax and sees no padding; x holds recency positions.
 *
 * <p>The network's first layer is linear in x, q and x − q, so the weights of x − q are part of
 * those of x and of q: {@code x Wx + q Wq + (x ∘ q) Wp + b} is everything it can compute. The parts
 * in x and q cost one product per position and per candidate; {@code (x ∘ q) Wp = x (diag(q) Wp)}
 * is one matrix per candidate and a single product per window.
 */
final class Din implements StaticLayers {
    private final int width;
    private final int hidden;
    private final int length;
    private final Layers layers;
    private final SequenceEmbedding sequence;

    Din(Dimensions dimensions, ParameterSet parameters) {
        this.width = dimensions.width();
        this.hidden = dimensions.feedForward();
        this.length = dimensions.window();
        this.layers = new Layers(parameters);
        this.sequence = new SequenceEmbedding(dimensions, parameters);
    }

    static void initialise(
            Dimensions dimensions, ParameterSet parameters, SplittableRandom random) {
        int d = dimensions.width();
        int f = dimensions.feedForward();
        SequenceEmbedding.initialisePositions(dimensions, parameters, random);
        parameters.glorot("attention.item.weight", random, d, f);
        parameters.glorot("attention.target.weight", random, d, f);
        parameters.glorot("attention.product.weight", random, d, f);
        parameters.zeros("attention.bias", f);
        parameters.glorot("attention.output.weight", random, f, 1);
        Layers.initialiseNorm(parameters, "norm", d);
    }

    @Override
    public NDArray state(NDArray window, @Nullable NDArray candidates, Dropout dropout) {
        long batch = window.getShape().get(0);
        long count = candidates.getShape().get(1);
        NDArray mask = Layers.mask(window); // [batch, L]
        NDArray x = sequence.withPositions(window, mask, dropout); // [batch, L, d]
        NDArray q = dropout.apply(sequence.items(candidates)); // [batch, c, d]

        // x Wx + x diag(q) Wp = x (Wx + diag(q) Wp) for all candidates in one product.
        NDArray ofCandidate =
                q.transpose(0, 2, 1)
                        .expandDims(-1)
                        .mul(layers.get("attention.product.weight").expandDims(1))
                        .add(layers.get("attention.item.weight").expandDims(1))
                        .reshape(batch, width, count * hidden);
        NDArray fromTarget =
                q.matMul(layers.get("attention.target.weight"))
                        .add(layers.get("attention.bias"))
                        .expandDims(1); // [batch, 1, c, f]
        NDArray inner =
                Layers.relu(
                        x.matMul(ofCandidate)
                                .reshape(batch, length, count, hidden)
                                .add(fromTarget));
        NDArray padding = mask.sub(1f).mul(-Layers.MASKED).expandDims(-1);
        NDArray attention =
                inner.matMul(layers.get("attention.output.weight"))
                        .squeeze(-1)
                        .add(padding)
                        .softmax(1); // [batch, L, c]
        NDArray attended = attention.transpose(0, 2, 1).matMul(x);
        return layers.norm(dropout.apply(attended), "norm");
    }
}
