package duet.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import duet.schemas.bundle.Dimensions;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Computes SASRec (Kang and McAuley, "Self-Attentive Sequential Recommendation", 2018) with
 * pre-normalization. Attention sees neither padding nor later positions.
 *
 * <p>The last block computes its last position alone, and there, with key and value projections
 * folded into query and output, {@code softmax(q Wq Wkᵀ xᵀ) x Wv}: the same numbers with a
 * thirtieth of the work. The key bias adds the same to every score of a query, which softmax does
 * not see; it stays zero.
 */
final class SasRec implements StaticLayers {
    private final Dimensions dimensions;
    private final Layers layers;
    private final SequenceEmbedding sequence;

    SasRec(Dimensions dimensions, ParameterSet parameters) {
        this.dimensions = dimensions;
        this.layers = new Layers(parameters);
        this.sequence = new SequenceEmbedding(dimensions, parameters);
    }

    static void initialise(
            Dimensions dimensions, ParameterSet parameters, SplittableRandom random) {
        int d = dimensions.width();
        int f = dimensions.feedForward();
        SequenceEmbedding.initialisePositions(dimensions, parameters, random);
        for (int b = 1; b <= dimensions.blocks(); b++) {
            String block = "block." + b + ".";
            Layers.initialiseNorm(parameters, block + "norm1", d);
            for (String projection : List.of("query", "key", "value", "output")) {
                Layers.initialiseLinear(parameters, block + projection, random, d, d);
            }
            Layers.initialiseNorm(parameters, block + "norm2", d);
            Layers.initialiseLinear(parameters, block + "ffn1", random, d, f);
            Layers.initialiseLinear(parameters, block + "ffn2", random, f, d);
        }
        Layers.initialiseNorm(parameters, "norm", d);
    }

    @Override
    public NDArray state(NDArray window, @Nullable NDArray candidates, Dropout dropout) {
        int length = dimensions.window();
        long batch = window.getShape().get(0);
        NDArray mask = Layers.mask(window); // [batch, L]
        NDArray x = sequence.withPositions(window, mask, dropout);
        NDArray padding = mask.sub(1f).mul(-Layers.MASKED); // 0 for items, -1e9 for padding
        for (int b = 1; b < dimensions.blocks(); b++) {
            x = block(b, x, padding, batch, length, dropout);
        }
        return layers.norm(
                lastBlock(dimensions.blocks(), x, padding, batch, length, dropout), "norm");
    }

    private NDArray lastBlock(
            int b, NDArray x, NDArray padding, long batch, int length, Dropout dropout) {
        String block = "block." + b + ".";
        int d = dimensions.width();
        int heads = dimensions.heads();
        int headWidth = d / heads;
        NDArray normed = layers.norm(x, block + "norm1"); // [batch, L, d]
        NDArray last = normed.get(":, {}", length - 1); // [batch, d]
        NDArray query =
                layers.linear(last, block + "query")
                        .reshape(batch, heads, headWidth)
                        .transpose(1, 0, 2); // [heads, batch, d/heads]
        NDArray keys =
                layers.get(block + "key.weight")
                        .reshape(d, heads, headWidth)
                        .transpose(1, 2, 0); // [heads, d/heads, d]
        NDArray folded = query.matMul(keys).transpose(1, 0, 2); // [batch, heads, d]
        NDArray attention =
                Scale.by(folded.matMul(normed.transpose(0, 2, 1)), 1 / Math.sqrt(headWidth))
                        .add(padding.expandDims(1))
                        .softmax(2); // [batch, heads, L]
        NDArray mixed = attention.matMul(normed).transpose(1, 0, 2); // [heads, batch, d]
        NDArray values =
                layers.get(block + "value.weight")
                        .reshape(d, heads, headWidth)
                        .transpose(1, 0, 2); // [heads, d, d/heads]
        NDArray attended =
                mixed.matMul(values)
                        .transpose(1, 0, 2)
                        .reshape(batch, d)
                        .add(layers.get(block + "value.bias"));
        NDArray out = x.get(":, {}", length - 1);
        return feedForward(
                out.add(dropout.apply(layers.linear(attended, block + "output"))), b, dropout);
    }

    private NDArray block(
            int b, NDArray x, NDArray padding, long batch, int length, Dropout dropout) {
        String block = "block." + b + ".";
        int d = dimensions.width();
        int heads = dimensions.heads();
        int headWidth = d / heads;
        NDArray normed = layers.norm(x, block + "norm1");
        Shape split = new Shape(batch, length, heads, headWidth);
        NDArray query = layers.linear(normed, block + "query").reshape(split).transpose(0, 2, 1, 3);
        NDArray key =
                normed.matMul(layers.get(block + "key.weight"))
                        .reshape(split)
                        .transpose(0, 2, 3, 1);
        NDArray value = layers.linear(normed, block + "value").reshape(split).transpose(0, 2, 1, 3);
        NDArray attention =
                Scale.by(query.matMul(key), 1 / Math.sqrt(headWidth))
                        .add(padding.reshape(batch, 1, 1, length))
                        .add(causalMask(x, length))
                        .softmax(3);
        NDArray attended = attention.matMul(value).transpose(0, 2, 1, 3).reshape(batch, length, d);
        return feedForward(
                x.add(dropout.apply(layers.linear(attended, block + "output"))), b, dropout);
    }

    private NDArray feedForward(NDArray x, int b, Dropout dropout) {
        String block = "block." + b + ".";
        NDArray inner = Layers.relu(layers.linear(layers.norm(x, block + "norm2"), block + "ffn1"));
        return x.add(dropout.apply(layers.linear(inner, block + "ffn2")));
    }

    private static NDArray causalMask(NDArray like, int length) {
        float[] mask = new float[length * length];
        for (int row = 0; row < length; row++) {
            for (int column = row + 1; column < length; column++) {
                mask[row * length + column] = Layers.MASKED;
            }
        }
        return like.getManager().create(mask, new Shape(1, 1, length, length));
    }
}
