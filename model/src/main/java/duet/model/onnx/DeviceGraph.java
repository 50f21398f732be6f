package duet.model.onnx;

import static duet.schemas.bundle.Dimensions.layerName;

import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Tensor;
import java.util.Map;

/**
 * Writes {@code device.onnx}: {@code window} int64 [batch, L], the dynamic layers {@code dynamic.n} [batch, d + 1, d] as
 * inputs, and {@code candidates} int64 [batch, C], to {@code scores} [batch, C]. The backbone is SASRec with pre-norm
 * blocks; of the last block only the last position is computed, since nothing else is used.
 */
public final class DeviceGraph {
    /** Name of the item table in the file. */
    static final String ITEMS = "item.embedding";

    /** Added to the attention logit of a key that must not be seen. */
    private static final float MASKED = -1e9f;

    private static final float EPSILON = 1e-5f;

    private final GraphBuilder graph = new GraphBuilder("duet.device");
    private final Map<String, Tensor> tensors;
    private final Dimensions dimensions;
    private final int width;
    private final int length;

    private DeviceGraph(Map<String, Tensor> tensors, Dimensions dimensions) {
        this.tensors = tensors;
        this.dimensions = dimensions;
        this.width = dimensions.width();
        this.length = dimensions.window();
    }

    /**
     * Encodes the device model as an ONNX file.
     *
     * @param tensors weights by the names of {@code device.safetensors}
     * @throws duet.schemas.InvalidInputException naming a tensor that is missing or has another shape
     */
    public static byte[] encode(Map<String, Tensor> tensors, Dimensions dimensions) {
        return new DeviceGraph(tensors, dimensions).encode();
    }

    private byte[] encode() {
        String window = graph.integerInput("window", "batch", length);
        for (int n = 1; n <= dimensions.dynamicLayers(); n++) {
            graph.floatInput(layerName(n), "batch", width + 1, width);
        }
        String candidates = graph.integerInput("candidates", "batch", "candidates");
        String items = weights(ITEMS, dimensions.items() + 1, width);
        String itemBias = weights("item.bias", dimensions.items() + 1);

        String user = backbone(window, items);
        String x = user; // [batch, 1, d]
        for (int n = 1; n <= dimensions.dynamicLayers(); n++) {
            String one = graph.scalar("one." + n, 1);
            String extended = graph.add("Pad", x, graph.integers(0, 0, 0, 0, 0, 1), one);
            x = graph.add("MatMul", extended, layerName(n));
            if (n < dimensions.dynamicLayers()) {
                x = graph.add("Tanh", x);
            }
        }
        String targets = graph.add("Gather", items, candidates);
        String product =
                graph.add(
                        "MatMul",
                        targets,
                        graph.node("Transpose", x).with("perm", 0L, 2L, 1L).out());
        graph.node(
                        "Add",
                        graph.add("Squeeze", product, graph.integers(2)),
                        graph.add("Gather", itemBias, candidates))
                .out("scores");
        graph.floatOutput("scores", "batch", "candidates");
        return graph.build();
    }

    /** The user state [batch, 1, d]. */
    private String backbone(String window, String items) {
        String isItem = graph.add("Greater", window, zero());
        String mask = graph.node("Cast", isItem).with("to", 1L /* float32 */).out(); // [batch, L]
        String embedded =
                graph.add(
                        "Mul",
                        graph.add("Gather", items, window),
                        graph.scalar("embedding.scale", (float) Math.sqrt(width)));
        String x =
                graph.add(
                        "Mul",
                        graph.add("Add", embedded, graph.weights("positions", positions())),
                        graph.add("Unsqueeze", mask, graph.integers(2)));
        String keyMask = // [batch, heads, queries, keys] by broadcast
                graph.add(
                        "Mul",
                        graph.add("Sub", graph.scalar("one", 1), axes(mask, 1, 2)),
                        graph.scalar("masked", MASKED));
        String fullMask =
                dimensions.blocks() == 1
                        ? null
                        : graph.add("Add", keyMask, graph.weights("causal.mask", causalMask()));
        for (int block = 1; block <= dimensions.blocks(); block++) {
            boolean last = block == dimensions.blocks();
            x = block(block, x, last, last ? keyMask : fullMask);
        }
        return norm("norm", x);
    }

    private String block(int number, String x, boolean lastOnly, String mask) {
        String prefix = "block." + number + ".";
        int queries = lastOnly ? 1 : length;
        String normed = norm(prefix + "norm1", x);
        String queried = normed;
        String residual = x;
        if (lastOnly) {
            queried = lastPosition(normed);
            residual = lastPosition(x);
        }
        String query = heads(linear(prefix + "query", queried, width, width), queries, 0, 2, 1, 3);
        String key = heads(linear(prefix + "key", normed, width, width), length, 0, 2, 3, 1);
        String value = heads(linear(prefix + "value", normed, width, width), length, 0, 2, 1, 3);
        String scale =
                graph.scalar(
                        prefix + "attention.scale",
                        (float) (1 / Math.sqrt((double) width / dimensions.heads())));
        String logits =
                graph.add("Add", graph.add("Mul", graph.add("MatMul", query, key), scale), mask);
        String attention = graph.node("Softmax", logits).with("axis", -1L).out();
        String mixed =
                graph.node("Transpose", graph.add("MatMul", attention, value))
                        .with("perm", 0L, 2L, 1L, 3L)
                        .out();
        String joined = graph.add("Reshape", mixed, graph.integers(-1, queries, width));
        String attended =
                graph.add("Add", residual, linear(prefix + "output", joined, width, width));
        String inner =
                graph.add(
                        "Relu",
                        linear(
                                prefix + "ffn1",
                                norm(prefix + "norm2", attended),
                                width,
                                dimensions.feedForward()));
        return graph.add(
                "Add", attended, linear(prefix + "ffn2", inner, dimensions.feedForward(), width));
    }

    /** Splits [batch, positions, d] into heads and brings the axes into the given order. */
    private String heads(String value, int positions, long... order) {
        int heads = dimensions.heads();
        String split =
                graph.add("Reshape", value, graph.integers(-1, positions, heads, width / heads));
        return graph.node("Transpose", split).with("perm", order).out();
    }

    /** The last of the positions of [batch, L, d], as [batch, 1, d]. */
    private String lastPosition(String value) {
        return graph.add(
                "Slice",
                value,
                graph.integers(length - 1),
                graph.integers(length),
                graph.integers(1));
    }

    private String norm(String name, String value) {
        return graph.node(
                        "LayerNormalization",
                        value,
                        weights(name + ".gamma", width),
                        weights(name + ".beta", width))
                .with("axis", -1L)
                .with("epsilon", EPSILON)
                .out();
    }

    private String linear(String name, String value, int inputs, int outputs) {
        return graph.add(
                "Add",
                graph.add("MatMul", value, weights(name + ".weight", inputs, outputs)),
                weights(name + ".bias", outputs));
    }

    private String axes(String value, long... axes) {
        return graph.add("Unsqueeze", value, graph.integers(axes));
    }

    private String zero() {
        return graph.integers(0);
    }

    private String weights(String name, int... shape) {
        return graph.weights(name, ModelBundle.require(tensors, name, shape));
    }

    /** Position embeddings by column of the window; stored by recency, the last column first. */
    private Tensor positions() {
        float[] byRecency =
                ModelBundle.require(tensors, "position.embedding", length, width).values();
        float[] byColumn = new float[byRecency.length];
        for (int column = 0; column < length; column++) {
            System.arraycopy(
                    byRecency, (length - 1 - column) * width, byColumn, column * width, width);
        }
        return Tensor.of(byColumn, length, width);
    }

    private Tensor causalMask() {
        float[] mask = new float[length * length];
        for (int query = 0; query < length; query++) {
            for (int key = query + 1; key < length; key++) {
                mask[query * length + key] = MASKED;
            }
        }
        return Tensor.of(mask, length, length);
    }
}
