package duet.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.ndarray.types.SparseFormat;
import duet.schemas.bundle.Dimensions;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntFunction;

/**
 * Universal meta network: SASRec (Kang and McAuley, 2018, pre-norm) as backbone and the global classifier on top. Windows
 * are [batch, L] item indices, left-padded with 0; a position counts from the most recent item. Attention sees neither
 * padding nor later positions. Lend the parameters to the manager of the windows before a call ({@link
 * ParameterSet#lendTo}): every result then belongs to that manager.
 *
 * <p>The last block computes its last position alone, and there, with key and value projections folded into query and
 * output, {@code softmax(q Wq Wkᵀ xᵀ) x Wv}: the same numbers with a thirtieth of the work. The key bias adds the same to
 * every score of a query, which softmax does not see; it stays zero.
 */
public final class UniversalMetaNetwork {
    static final float LAYER_NORM_EPSILON = 1e-5f;
    private static final float MASKED = -1e9f;

    private final Dimensions dimensions;
    private final ParameterSet parameters;

    /**
     * A network over existing parameters.
     *
     * @param parameters the tensors of {@code device.safetensors}
     */
    public UniversalMetaNetwork(Dimensions dimensions, ParameterSet parameters) {
        this.dimensions = dimensions;
        this.parameters = parameters;
    }

    /** Adds freshly drawn parameters of a network of these sizes to an empty set. */
    public static UniversalMetaNetwork initialise(
            Dimensions dimensions, ParameterSet parameters, SplittableRandom random) {
        int d = dimensions.width();
        int f = dimensions.feedForward();
        NDArray items =
                parameters.normal("item.embedding", random, 0.02, dimensions.items() + 1, d);
        zeroFirstRow(items);
        parameters.zeros("item.bias", dimensions.items() + 1);
        parameters.normal("position.embedding", random, 0.02, dimensions.window(), d);
        for (int b = 1; b <= dimensions.blocks(); b++) {
            String block = "block." + b + ".";
            parameters.ones(block + "norm1.gamma", d);
            parameters.zeros(block + "norm1.beta", d);
            for (String projection : List.of("query", "key", "value", "output")) {
                parameters.glorot(block + projection + ".weight", random, d, d);
                parameters.zeros(block + projection + ".bias", d);
            }
            parameters.ones(block + "norm2.gamma", d);
            parameters.zeros(block + "norm2.beta", d);
            parameters.glorot(block + "ffn1.weight", random, d, f);
            parameters.zeros(block + "ffn1.bias", f);
            parameters.glorot(block + "ffn2.weight", random, f, d);
            parameters.zeros(block + "ffn2.bias", d);
        }
        parameters.ones("norm.gamma", d);
        parameters.zeros("norm.beta", d);
        for (int n = 1; n <= dimensions.dynamicLayers(); n++) {
            NDArray layer = parameters.glorot(Dimensions.layerName(n), random, d + 1, d);
            layer.set(new NDIndex(d), 0f);
        }
        return new UniversalMetaNetwork(dimensions, parameters);
    }

    /** Whether training changes a parameter: all but the key biases, which nothing depends on. */
    public static boolean isTrainable(String name) {
        return !name.endsWith(".key.bias");
    }

    public ParameterSet parameters() {
        return parameters;
    }

    /**
     * User state of each window.
     *
     * @param window [batch, L] int64
     * @return [batch, d]
     */
    public NDArray state(NDArray window, Dropout dropout) {
        int d = dimensions.width();
        int length = dimensions.window();
        long batch = window.getShape().get(0);
        NDArray mask = window.gt(0).toType(DataType.FLOAT32, false); // [batch, L]
        NDArray positions = parameters.get("position.embedding").flip(0).expandDims(0);
        NDArray x = Scale.by(embed(window, parameters.get("item.embedding")), Math.sqrt(d));
        x = dropout.apply(x.add(positions)).mul(mask.expandDims(-1));
        NDArray padding = mask.sub(1f).mul(-MASKED); // 0 for items, -1e9 for padding
        for (int b = 1; b < dimensions.blocks(); b++) {
            x = block(b, x, padding, batch, length, dropout);
        }
        return layerNorm(
                lastBlock(dimensions.blocks(), x, padding, batch, length, dropout), "norm");
    }

    /**
     * The classifier with the global dynamic layers.
     *
     * @param states [..., d]
     * @return [..., d], to be multiplied with target items
     */
    public NDArray globalHead(NDArray states) {
        return head(states, n -> parameters.get(Dimensions.layerName(n)));
    }

    /**
     * The classifier of each device: the global dynamic layers plus the device's deltas.
     *
     * @param states [batch, k, d]: k states that use the same weights
     * @param deltas per dynamic layer [batch, d+1, d]
     * @return [batch, k, d]
     */
    public NDArray personalizedHead(NDArray states, NDList deltas) {
        return head(
                states,
                n -> parameters.get(Dimensions.layerName(n)).expandDims(0).add(deltas.get(n - 1)));
    }

    private NDArray head(NDArray x, IntFunction<NDArray> layers) {
        long[] biasRow = {dimensions.width()};
        for (int n = 1; n <= dimensions.dynamicLayers(); n++) {
            NDArray layer = layers.apply(n);
            NDList parts = layer.split(biasRow, layer.getShape().dimension() - 2);
            x = x.matMul(parts.get(0)).add(parts.get(1));
            if (n < dimensions.dynamicLayers()) {
                x = x.tanh();
            }
        }
        return x;
    }

    /**
     * Scores of candidate items; padding (index 0) scores 0.
     *
     * @param x output of a head, [..., d]
     * @param candidates [..., c] int64
     * @return [..., c]
     */
    public NDArray score(NDArray x, NDArray candidates) {
        NDArray mask = candidates.gt(0).toType(DataType.FLOAT32, false);
        NDArray targets = embed(candidates, parameters.get("item.embedding")); // [..., c, d]
        NDArray bias = embed(candidates, parameters.get("item.bias").expandDims(-1)).squeeze(-1);
        return targets.matMul(x.expandDims(-1)).squeeze(-1).add(bias).mul(mask);
    }

    private NDArray lastBlock(
            int b, NDArray x, NDArray padding, long batch, int length, Dropout dropout) {
        String block = "block." + b + ".";
        int d = dimensions.width();
        int heads = dimensions.heads();
        int headWidth = d / heads;
        NDArray normed = layerNorm(x, block + "norm1"); // [batch, L, d]
        NDArray last = normed.get(":, {}", length - 1); // [batch, d]
        NDArray query =
                linear(last, block + "query")
                        .reshape(batch, heads, headWidth)
                        .transpose(1, 0, 2); // [heads, batch, d/heads]
        NDArray keys =
                parameters
                        .get(block + "key.weight")
                        .reshape(d, heads, headWidth)
                        .transpose(1, 2, 0); // [heads, d/heads, d]
        NDArray folded = query.matMul(keys).transpose(1, 0, 2); // [batch, heads, d]
        NDArray attention =
                Scale.by(folded.matMul(normed.transpose(0, 2, 1)), 1 / Math.sqrt(headWidth))
                        .add(padding.expandDims(1))
                        .softmax(2); // [batch, heads, L]
        NDArray mixed = attention.matMul(normed).transpose(1, 0, 2); // [heads, batch, d]
        NDArray values =
                parameters
                        .get(block + "value.weight")
                        .reshape(d, heads, headWidth)
                        .transpose(1, 0, 2); // [heads, d, d/heads]
        NDArray attended =
                mixed.matMul(values)
                        .transpose(1, 0, 2)
                        .reshape(batch, d)
                        .add(parameters.get(block + "value.bias"));
        NDArray out = x.get(":, {}", length - 1);
        return feedForward(out.add(dropout.apply(linear(attended, block + "output"))), b, dropout);
    }

    private NDArray block(
            int b, NDArray x, NDArray padding, long batch, int length, Dropout dropout) {
        String block = "block." + b + ".";
        int d = dimensions.width();
        int heads = dimensions.heads();
        int headWidth = d / heads;
        NDArray normed = layerNorm(x, block + "norm1");
        Shape split = new Shape(batch, length, heads, headWidth);
        NDArray query = linear(normed, block + "query").reshape(split).transpose(0, 2, 1, 3);
        NDArray key =
                normed.matMul(parameters.get(block + "key.weight"))
                        .reshape(split)
                        .transpose(0, 2, 3, 1);
        NDArray value = linear(normed, block + "value").reshape(split).transpose(0, 2, 1, 3);
        NDArray attention =
                Scale.by(query.matMul(key), 1 / Math.sqrt(headWidth))
                        .add(padding.reshape(batch, 1, 1, length))
                        .add(causalMask(x, length))
                        .softmax(3);
        NDArray attended = attention.matMul(value).transpose(0, 2, 1, 3).reshape(batch, length, d);
        return feedForward(x.add(dropout.apply(linear(attended, block + "output"))), b, dropout);
    }

    private NDArray feedForward(NDArray x, int b, Dropout dropout) {
        String block = "block." + b + ".";
        NDArray inner = linear(layerNorm(x, block + "norm2"), block + "ffn1");
        NDArray relu = inner.getNDArrayInternal().relu();
        return x.add(dropout.apply(linear(relu, block + "ffn2")));
    }

    private static NDArray causalMask(NDArray like, int length) {
        float[] mask = new float[length * length];
        for (int row = 0; row < length; row++) {
            for (int column = row + 1; column < length; column++) {
                mask[row * length + column] = MASKED;
            }
        }
        return like.getManager().create(mask, new Shape(1, 1, length, length));
    }

    private NDArray linear(NDArray x, String name) {
        return x.matMul(parameters.get(name + ".weight")).add(parameters.get(name + ".bias"));
    }

    private NDArray layerNorm(NDArray x, String name) {
        return x.getNDArrayInternal()
                .layerNorm(
                        x,
                        new Shape(dimensions.width()),
                        parameters.get(name + ".gamma"),
                        parameters.get(name + ".beta"),
                        LAYER_NORM_EPSILON)
                .singletonOrThrow();
    }

    static NDArray embed(NDArray indices, NDArray table) {
        return indices.getNDArrayInternal()
                .embedding(indices, table, SparseFormat.DENSE)
                .singletonOrThrow();
    }

    /** Padding has no embedding. */
    static void zeroFirstRow(NDArray table) {
        table.set(new NDIndex(0), 0f);
    }
}
