package duet.model.onnx;

import static duet.schemas.bundle.Dimensions.layerName;

import duet.model.network.Evidence;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Tensor;
import java.util.Map;

/**
 * Writes {@code generator.onnx}: {@code history} int64 [batch, length], left-padded with 0, or
 * {@code features} [batch, length, d_f] and {@code mask} [batch, length], 1 for what is there, to
 * {@code embedding} [batch, d_z] and what is generated for each layer, {@code dynamic.n} [batch, 2
 * r + 1, d], or [batch, d + 1, d] for rank 0. The length is free, at most H. The operators are few
 * and large, so that one device costs little more than their fixed price.
 */
public final class GeneratorGraph {
    /** The only output of {@link #encodeFromSummaries} has this name. */
    public static final String NUMBERS = "numbers";

    private GeneratorGraph() {}

    /**
     * Encodes the generator as an ONNX file.
     *
     * @param tensors weights by the names of {@code generator.safetensors}
     * @throws duet.schemas.InvalidInputException naming a tensor that is missing or has another
     *     shape
     */
    public static byte[] encode(Map<String, Tensor> tensors, Dimensions dimensions) {
        GraphBuilder graph = new GraphBuilder("duet.generator");
        String mask = new EncoderGraph(graph, tensors, dimensions).encode("embedding");
        graph.floatOutput("embedding", "batch", dimensions.embeddingWidth());
        String[] mixed = stableWeightAdapter(graph, tensors, dimensions);
        String evidence = dimensions.coldStart() == 0 ? null : evidence(graph, mask, dimensions);
        for (int n = 1; n <= dimensions.dynamicLayers(); n++) {
            String flat =
                    graph.add("MatMul", mixed[n - 1], decoders(graph, n, tensors, dimensions));
            GraphBuilder.Node rows =
                    graph.node(
                            "Reshape",
                            flat,
                            graph.integers(-1, dimensions.generatedRows(), dimensions.width()));
            if (evidence == null) {
                rows.out(layerName(n));
            } else {
                graph.node("Mul", rows.out(), evidence).out(layerName(n));
            }
            graph.floatOutput(
                    layerName(n), "batch", dimensions.generatedRows(), dimensions.width());
        }
        return graph.build();
    }

    /**
     * Encodes what follows the long memory of a generator that reads nothing else: {@code
     * summaries} [batch, K d_c] to {@code numbers} [batch, d_z + N (2 r + 1) d], of each device the
     * distribution embedding and what is generated for its layers one after the other, each
     * counting as if everything stood behind it.
     *
     * @param tensors weights by the names of {@code generator.safetensors}
     * @throws duet.schemas.InvalidInputException naming a tensor that is missing or has another
     *     shape
     */
    public static byte[] encodeFromSummaries(Map<String, Tensor> tensors, Dimensions dimensions) {
        GraphBuilder graph = new GraphBuilder("duet.generator.summaries");
        new EncoderGraph(graph, tensors, dimensions).encodeSummaries("embedding");
        String[] mixed = stableWeightAdapter(graph, tensors, dimensions);
        String[] parts = new String[1 + dimensions.dynamicLayers()];
        parts[0] = "embedding";
        for (int n = 1; n < parts.length; n++) {
            parts[n] = graph.add("MatMul", mixed[n - 1], decoders(graph, n, tensors, dimensions));
        }
        graph.node("Concat", parts).with("axis", 1L).out(NUMBERS);
        graph.floatOutput(
                NUMBERS,
                "batch",
                dimensions.embeddingWidth()
                        + dimensions.dynamicLayers() * dimensions.generatedSize());
        return graph.build();
    }

    /** Adds what {@link Evidence} gives, [batch, generated rows, 1] or [batch, 1, 1]. */
    private static String evidence(GraphBuilder graph, String mask, Dimensions dimensions) {
        String count = graph.node("ReduceSum", mask, graph.integers(1)).with("keepdims", 1L).out();
        String least = graph.add("Max", count, graph.scalar("evidence.least", 1));
        String missing =
                graph.add(
                        "Div",
                        graph.scalar("evidence.cold", -(float) dimensions.coldStart()),
                        least);
        String share = graph.add("Add", missing, graph.scalar("evidence.all", 1));
        String positive = graph.add("Max", share, graph.scalar("evidence.none", 0));
        float[] scaled = Evidence.scaledRows(dimensions);
        float[] kept = new float[scaled.length];
        for (int row = 0; row < kept.length; row++) {
            kept[row] = 1 - scaled[row];
        }
        String byRow =
                graph.add(
                        "Mul",
                        graph.add("Unsqueeze", positive, graph.integers(2)),
                        graph.weights("evidence.scaled", Tensor.of(scaled, 1, scaled.length, 1)));
        return graph.add(
                "Add", byRow, graph.weights("evidence.kept", Tensor.of(kept, 1, kept.length, 1)));
    }

    /**
     * Adds what leads from {@code embedding} to each layer's decoder inputs [batch, M (d_e + 1)]:
     * its M embeddings, each followed by a 1 that carries the decoder's bias, weighted by the
     * adapter. All layers go through the same operators, and the adapter's transformation, being
     * linear before its tanh, is folded into the matrix that makes the embeddings.
     */
    private static String[] stableWeightAdapter(
            GraphBuilder graph, Map<String, Tensor> tensors, Dimensions dimensions) {
        int layers = dimensions.dynamicLayers();
        int extended = dimensions.decoders() * (dimensions.layerEmbeddingWidth() + 1);
        int width = layers * extended;
        String mixed =
                switch (dimensions.decoders()) {
                    case 1 -> // its weight is 1
                            layerEmbeddings(graph, tensors, dimensions, width);
                    case 2 ->
                            mixedPairs(
                                    graph,
                                    split(
                                            graph,
                                            layerEmbeddings(graph, tensors, dimensions, 3 * width),
                                            "adapter",
                                            3,
                                            width),
                                    dimensions);
                    default ->
                            mixed(
                                    graph,
                                    split(
                                            graph,
                                            layerEmbeddings(graph, tensors, dimensions, 2 * width),
                                            "adapter",
                                            2,
                                            width),
                                    dimensions);
                };
        return layers == 1 ? new String[] {mixed} : split(graph, mixed, "mixed", layers, extended);
    }

    /** Adds the embeddings of any number of decoders, each times its weight. */
    private static String mixed(GraphBuilder graph, String[] parts, Dimensions dimensions) {
        int decoders = dimensions.decoders();
        int extended = dimensions.layerEmbeddingWidth() + 1;
        String rows = graph.integers(-1, decoders, extended);
        String e = graph.add("Reshape", parts[0], rows);
        String t = graph.add("Reshape", graph.add("Tanh", parts[1]), rows);
        String similarity =
                graph.add(
                        "Mul",
                        graph.add(
                                "MatMul",
                                t,
                                graph.node("Transpose", e).with("perm", 0L, 2L, 1L).out()),
                        graph.scalar(
                                "adapter.scale",
                                (float) (1 / Math.sqrt(dimensions.layerEmbeddingWidth()))));
        String weight =
                graph.node("ReduceMean", graph.node("Softmax", similarity).with("axis", -1L).out())
                        .with("axes", new long[] {1})
                        .with("keepdims", 0L)
                        .out();
        return graph.add(
                "Reshape",
                graph.add("Mul", e, graph.add("Unsqueeze", weight, graph.integers(2))),
                graph.integers(-1, dimensions.dynamicLayers() * decoders * extended));
    }

    /**
     * Does what {@link #mixed} does for two decoders: a softmax over two is the sigmoid of their
     * difference, so that whole rows can be multiplied at once, where otherwise every device and
     * layer would have a product of 2 by 2 of its own.
     *
     * @param parts embeddings, transformations before their tanh, and the first decoder's embedding
     *     minus the second's, twice
     */
    private static String mixedPairs(GraphBuilder graph, String[] parts, Dimensions dimensions) {
        int rows = 2 * dimensions.dynamicLayers();
        int extended = dimensions.layerEmbeddingWidth() + 1;
        int width = rows * extended;
        float scale = (float) (1 / Math.sqrt(dimensions.layerEmbeddingWidth()));
        float[] sums = new float[width * rows];
        float[] shares = new float[rows * width];
        float[] second = new float[width];
        for (int row = 0; row < rows; row++) {
            int layer = row / 2 * 2; // its first decoder
            for (int i = 0; i < extended; i++) {
                sums[(row * extended + i) * rows + row] = scale;
                shares[row * width + layer * extended + i] = 0.5f;
                shares[row * width + (layer + 1) * extended + i] = -0.5f;
                second[(layer + 1) * extended + i] = 1;
            }
        }
        String differences =
                graph.add(
                        "MatMul",
                        graph.add("Mul", graph.add("Tanh", parts[1]), parts[2]),
                        graph.weights("adapter.sums", Tensor.of(sums, width, rows)));
        String weights =
                graph.add(
                        "Gemm",
                        graph.add("Sigmoid", differences),
                        graph.weights("adapter.shares", Tensor.of(shares, rows, width)),
                        graph.weights("adapter.second", Tensor.of(second, width)));
        return graph.add("Mul", parts[0], weights);
    }

    /**
     * Adds the embeddings [e, 1] of all layers and decoders side by side, and behind them, where
     * there is room, their transformations [e W_t, 0] and, for each decoder of two, [e_1 - e_2, 0].
     */
    private static String layerEmbeddings(
            GraphBuilder graph, Map<String, Tensor> tensors, Dimensions dimensions, int columns) {
        int rows = dimensions.embeddingWidth();
        int decoders = dimensions.decoders();
        int inner = dimensions.layerEmbeddingWidth();
        int half = dimensions.dynamicLayers() * decoders * (inner + 1);
        float[] weights = new float[rows * columns];
        float[] biases = new float[columns];
        for (int n = 1; n <= dimensions.dynamicLayers(); n++) {
            String prefix = "layer." + n + ".";
            float[] weight =
                    ModelBundle.require(
                                    tensors, prefix + "embedding.weight", rows, decoders * inner)
                            .values();
            float[] bias =
                    ModelBundle.require(tensors, prefix + "embedding.bias", decoders * inner)
                            .values();
            float[] adapter =
                    ModelBundle.require(tensors, prefix + "adapter.weight", inner, inner).values();
            for (int m = 0; m < decoders; m++) {
                int from = m * inner;
                int to = ((n - 1) * decoders + m) * (inner + 1);
                for (int row = 0; row <= rows; row++) { // the last is the bias
                    boolean isBias = row == rows;
                    float[] source = isBias ? bias : weight;
                    int at = isBias ? from : row * decoders * inner + from;
                    float[] target = isBias ? biases : weights;
                    int base = isBias ? to : row * columns + to;
                    System.arraycopy(source, at, target, base, inner);
                    if (columns > half) {
                        multiply(source, at, adapter, inner, target, base + half);
                    }
                    for (int i = 0; columns > 2 * half && i < inner; i++) {
                        int first = at - from + i;
                        target[base + 2 * half + i] = source[first] - source[first + inner];
                    }
                }
                biases[to + inner] = 1;
            }
        }
        return graph.add(
                "Gemm",
                "embedding",
                graph.weights("layers.embedding.weight", Tensor.of(weights, rows, columns)),
                graph.weights("layers.embedding.bias", Tensor.of(biases, columns)));
    }

    /**
     * Stores the decoders of layer {@code n} as one matrix [M (d_e + 1), rows d], each one's bias
     * its last row.
     */
    private static String decoders(
            GraphBuilder graph, int n, Map<String, Tensor> tensors, Dimensions dimensions) {
        int decoders = dimensions.decoders();
        int inner = dimensions.layerEmbeddingWidth();
        int size = dimensions.generatedSize();
        String name = "layer." + n + ".decoder";
        float[] weight =
                ModelBundle.require(tensors, name + ".weight", decoders * inner, size).values();
        float[] bias = ModelBundle.require(tensors, name + ".bias", decoders, size).values();
        int extended = inner + 1;
        float[] matrix = new float[Math.multiplyExact(decoders * extended, size)];
        for (int m = 0; m < decoders; m++) {
            System.arraycopy(weight, m * inner * size, matrix, m * extended * size, inner * size);
            System.arraycopy(bias, m * size, matrix, (m * extended + inner) * size, size);
        }
        return graph.weights(name, Tensor.of(matrix, decoders * extended, size));
    }

    /** Computes {@code target[to..] = row · matrix} in float64, rounded once. */
    private static void multiply(
            float[] source, int from, float[] matrix, int width, float[] target, int to) {
        for (int column = 0; column < width; column++) {
            double sum = 0;
            for (int i = 0; i < width; i++) {
                sum += (double) source[from + i] * matrix[i * width + column];
            }
            target[to + column] = (float) sum;
        }
    }

    /** Splits [batch, parts * width] into its parts. */
    private static String[] split(
            GraphBuilder graph, String value, String name, int parts, int width) {
        String[] names = new String[parts];
        long[] widths = new long[parts];
        for (int i = 0; i < parts; i++) {
            names[i] = name + "." + i;
            widths[i] = width;
        }
        graph.node("Split", value, graph.integers(widths)).with("axis", 1L).out(names);
        return names;
    }
}
