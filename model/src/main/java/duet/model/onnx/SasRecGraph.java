package duet.model.onnx;

import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.Tensor;

/**
 * Writes SASRec with pre-norm blocks. Of the last block only the last position is computed, since
 * nothing else is used.
 */
record SasRecGraph(GraphBuilder graph, GraphLayers layers, Dimensions dimensions)
        implements BackboneGraph {
    @Override
    public String state(String window, String candidates) {
        WindowGraph sequence = new WindowGraph(graph, layers, dimensions);
        String mask = layers.mask(window); // [batch, L]
        String x = sequence.withPositions(window, mask);
        String keyMask = // [batch, heads, queries, keys] by broadcast
                sequence.hidden(layers.unsqueeze(mask, 1, 2));
        String fullMask =
                dimensions.blocks() == 1
                        ? null
                        : graph.add("Add", keyMask, graph.weights("causal.mask", causalMask()));
        for (int block = 1; block <= dimensions.blocks(); block++) {
            boolean last = block == dimensions.blocks();
            x = block(block, x, last, last ? keyMask : fullMask);
        }
        return layers.norm("norm", x, dimensions.width());
    }

    private String block(int number, String x, boolean lastOnly, String mask) {
        String prefix = "block." + number + ".";
        int width = dimensions.width();
        int length = dimensions.window();
        int queries = lastOnly ? 1 : length;
        String normed = layers.norm(prefix + "norm1", x, width);
        String queried = normed;
        String residual = x;
        if (lastOnly) {
            queried = lastPosition(normed);
            residual = lastPosition(x);
        }
        String query =
                heads(layers.linear(prefix + "query", queried, width, width), queries, 0, 2, 1, 3);
        String key = heads(layers.linear(prefix + "key", normed, width, width), length, 0, 2, 3, 1);
        String value =
                heads(layers.linear(prefix + "value", normed, width, width), length, 0, 2, 1, 3);
        String scale =
                graph.scalar(
                        prefix + "attention.scale",
                        (float) (1 / Math.sqrt((double) width / dimensions.heads())));
        String logits =
                graph.add("Add", graph.add("Mul", graph.add("MatMul", query, key), scale), mask);
        String attention = graph.node("Softmax", logits).with("axis", -1L).out();
        String mixed = layers.transpose(graph.add("MatMul", attention, value), 0, 2, 1, 3);
        String joined = graph.add("Reshape", mixed, graph.integers(-1, queries, width));
        String attended =
                graph.add("Add", residual, layers.linear(prefix + "output", joined, width, width));
        String normedAgain = layers.norm(prefix + "norm2", attended, width);
        int inner = dimensions.feedForward();
        String activated =
                graph.add("Relu", layers.linear(prefix + "ffn1", normedAgain, width, inner));
        return graph.add("Add", attended, layers.linear(prefix + "ffn2", activated, inner, width));
    }

    /** Splits [batch, positions, d] into heads and brings the axes into the given order. */
    private String heads(String value, int positions, long... order) {
        int heads = dimensions.heads();
        String split =
                graph.add(
                        "Reshape",
                        value,
                        graph.integers(-1, positions, heads, dimensions.width() / heads));
        return layers.transpose(split, order);
    }

    /** Takes the last of the positions of [batch, L, d], as [batch, 1, d]. */
    private String lastPosition(String value) {
        int length = dimensions.window();
        return graph.add(
                "Slice",
                value,
                graph.integers(length - 1),
                graph.integers(length),
                graph.integers(1));
    }

    private Tensor causalMask() {
        int length = dimensions.window();
        float[] mask = new float[length * length];
        for (int query = 0; query < length; query++) {
            for (int key = query + 1; key < length; key++) {
                mask[query * length + key] = WindowGraph.MASKED;
            }
        }
        return Tensor.of(mask, length, length);
    }
}
