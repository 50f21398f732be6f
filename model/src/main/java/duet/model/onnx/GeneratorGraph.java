package duet.model.onnx;

import static duet.schemas.bundle.Dimensions.layerName;

import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Tensor;
import java.util.Map;

/**
 * Writes {@code generator.onnx}: {@code window} int64 [batch, L] to {@code embedding} [batch, d_z] and the deltas {@code
 * dynamic.n} [batch, d + 1, d], in few large operators so that one device costs little more than the operators' fixed
 * price.
 */
public final class GeneratorGraph {
    /**
     * Pre-activation that makes a gate exactly 0 or 1 in float32; the sigmoid saturates at 17.
     */
    private static final float SATURATED = 1000;

    /** Name of the item table in the file: the embeddings and the padding feature. */
    static final String ITEMS = "item.embedding";

    private GeneratorGraph() {}

    /**
     * Encodes the generator as an ONNX file.
     *
     * @param tensors weights by the names of {@code generator.safetensors}
     * @throws duet.schemas.InvalidInputException naming a tensor that is missing or has another shape
     */
    public static byte[] encode(Map<String, Tensor> tensors, Dimensions dimensions) {
        GraphBuilder graph = new GraphBuilder("duet.generator");
        String window = graph.integerInput("window", "batch", dimensions.window());
        String state = recurrentEncoder(graph, window, tensors, dimensions);
        int encoder = dimensions.encoderWidth();
        int embedding = dimensions.embeddingWidth();
        String activation =
                graph.add(
                        "Gemm",
                        state,
                        weights(graph, tensors, "encoder.mlp.weight", encoder, embedding),
                        weights(graph, tensors, "encoder.mlp.bias", embedding));
        graph.node("Tanh", activation).out("embedding");
        graph.floatOutput("embedding", "batch", embedding);
        String[] mixed = stableWeightAdapter(graph, tensors, dimensions);
        for (int n = 1; n <= dimensions.dynamicLayers(); n++) {
            String flat =
                    graph.add("MatMul", mixed[n - 1], decoders(graph, n, tensors, dimensions));
            graph.node(
                            "Reshape",
                            flat,
                            graph.integers(-1, dimensions.layerRows(), dimensions.width()))
                    .out(layerName(n));
            graph.floatOutput(layerName(n), "batch", dimensions.layerRows(), dimensions.width());
        }
        return graph.build();
    }

    /**
     * The GRU over the window; gives its last state [batch, h]. Padding must leave the state as it is, and the operator
     * knows lengths only for padding at the end, so each item carries one more feature, 1 for padding, whose weights
     * hold the update gate at 1 and the candidate at 0.
     */
    private static String recurrentEncoder(
            GraphBuilder graph, String window, Map<String, Tensor> tensors, Dimensions dimensions) {
        int items = dimensions.items() + 1;
        int input = dimensions.generatorItemWidth();
        int hidden = dimensions.encoderWidth();
        int gates = 3 * hidden;
        float[] embedding =
                ModelBundle.require(tensors, "generator.item.embedding", items, input).values();
        float[] weight =
                ModelBundle.require(tensors, "encoder.gru.input.weight", input, gates).values();
        float[] bias = ModelBundle.require(tensors, "encoder.gru.input.bias", gates).values();
        float[] recurrentWeight =
                ModelBundle.require(tensors, "encoder.gru.recurrent.weight", hidden, gates)
                        .values();
        float[] recurrentBias =
                ModelBundle.require(tensors, "encoder.gru.recurrent.bias", gates).values();

        int extended = input + 1;
        float[] table = new float[Math.multiplyExact(items, extended)];
        table[input] = 1;
        for (int item = 1; item < items; item++) {
            System.arraycopy(embedding, item * input, table, item * extended, input);
        }
        float[] inputByGate = new float[gates * extended];
        for (int gate = 0; gate < gates; gate++) {
            for (int i = 0; i < input; i++) {
                inputByGate[gate * extended + i] = weight[i * gates + gate];
            }
            inputByGate[gate * extended + input] =
                    gate < hidden ? SATURATED : gate < 2 * hidden ? -SATURATED : -bias[gate];
        }
        float[] biases = new float[2 * gates];
        System.arraycopy(bias, 0, biases, 0, gates);
        System.arraycopy(recurrentBias, 0, biases, gates, gates);

        String steps = graph.node("Transpose", window).with("perm", 1L, 0L).out();
        String sequence =
                graph.add("Gather", graph.weights(ITEMS, Tensor.of(table, items, extended)), steps);
        String last =
                graph.node(
                                "GRU",
                                sequence,
                                graph.weights(
                                        "encoder.gru.input",
                                        Tensor.of(inputByGate, 1, gates, extended)),
                                graph.weights(
                                        "encoder.gru.recurrent",
                                        Tensor.of(
                                                transpose(recurrentWeight, hidden, gates),
                                                1,
                                                gates,
                                                hidden)),
                                graph.weights("encoder.gru.bias", Tensor.of(biases, 1, 2 * gates)))
                        .with("hidden_size", (long) hidden)
                        .with("linear_before_reset", 1L)
                        .out("", "state");
        return graph.add("Squeeze", last, graph.integers(0));
    }

    /**
     * From {@code embedding} to each layer's decoder inputs [batch, M (d_e + 1)]: its M embeddings, each followed by a 1
     * that carries the decoder's bias, weighted by the adapter. All layers go through the same operators, and the
     * adapter's transformation, being linear before its tanh, is folded into the matrix that makes the embeddings.
     */
    private static String[] stableWeightAdapter(
            GraphBuilder graph, Map<String, Tensor> tensors, Dimensions dimensions) {
        int layers = dimensions.dynamicLayers();
        int decoders = dimensions.decoders();
        int extended = dimensions.layerEmbeddingWidth() + 1;
        int width = layers * decoders * extended;
        boolean adapts = decoders > 1; // the weight of a single decoder is 1
        String embeddings = layerEmbeddings(graph, tensors, dimensions, adapts ? 2 * width : width);
        String mixed = embeddings;
        if (adapts) {
            String[] parts = split(graph, embeddings, "adapter", 2, width);
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
                    graph.node(
                                    "ReduceMean",
                                    graph.node("Softmax", similarity).with("axis", -1L).out())
                            .with("axes", new long[] {1})
                            .with("keepdims", 0L)
                            .out();
            mixed =
                    graph.add(
                            "Reshape",
                            graph.add("Mul", e, graph.add("Unsqueeze", weight, graph.integers(2))),
                            graph.integers(-1, width));
        }
        return layers == 1
                ? new String[] {mixed}
                : split(graph, mixed, "mixed", layers, decoders * extended);
    }

    /**
     * The embeddings [e, 1] of all layers and decoders side by side, and behind them, where there is room, their
     * transformations [e W_t, 0].
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

    /** The decoders of layer {@code n} as one matrix [M (d_e + 1), (d + 1) d], each one's bias its last row. */
    private static String decoders(
            GraphBuilder graph, int n, Map<String, Tensor> tensors, Dimensions dimensions) {
        int decoders = dimensions.decoders();
        int inner = dimensions.layerEmbeddingWidth();
        int size = dimensions.layerSize();
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

    /** {@code target[to..] = row · matrix} in float64, rounded once. */
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

    private static String weights(
            GraphBuilder graph, Map<String, Tensor> tensors, String name, int... shape) {
        return graph.weights(name, ModelBundle.require(tensors, name, shape));
    }

    private static float[] transpose(float[] matrix, int rows, int columns) {
        float[] transposed = new float[matrix.length];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                transposed[column * rows + row] = matrix[row * columns + column];
            }
        }
        return transposed;
    }
}
