package duet.model.onnx;

import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Writes the head encoder in {@code generator.onnx}: from a history of items or of feature vectors
 * to the distribution embedding.
 */
final class EncoderGraph {
    /** The input of item indices has this name. */
    static final String HISTORY = "history";

    /** The input of feature vectors has this name. */
    static final String FEATURES = "features";

    /** The input that tells feature vectors from padding has this name. */
    static final String MASK = "mask";

    /** The input of what the long memory gives has this name. */
    static final String SUMMARIES = "summaries";

    /** The item table has this name in the file. */
    static final String ITEMS = "item.embedding";

    /** The feature layer's weight has this name in the file. */
    static final String FEATURE_WEIGHT = "feature.weight";

    private final GraphBuilder graph;
    private final Map<String, Tensor> tensors;
    private final Dimensions dimensions;
    private final int width;

    EncoderGraph(GraphBuilder graph, Map<String, Tensor> tensors, Dimensions dimensions) {
        this.graph = graph;
        this.tensors = tensors;
        this.dimensions = dimensions;
        this.width = dimensions.generatorItemWidth();
    }

    /**
     * Adds inputs and encoder; the distribution embedding [batch, d_z] gets the given name.
     *
     * @return the mask [batch, length], 1 for interactions and 0 for padding
     */
    String encode(String output) {
        String mask = dimensions.features() > 0 ? featureInputs() : itemInput();
        String embedded = dimensions.features() > 0 ? features(mask) : items();
        int hidden = dimensions.encoderWidth();
        List<String> read = new ArrayList<>();
        if (hidden > 0) {
            read.add(
                    RecurrentUnit.last(
                            graph,
                            tensors,
                            "encoder.gru",
                            newest(embedded),
                            newest(mask),
                            width,
                            hidden));
        }
        if (!dimensions.memoryDecays().isEmpty()) {
            read.add(
                    LongMemoryGraph.summaries(
                            graph,
                            embedded,
                            mask,
                            dimensions.memoryDecays(),
                            dimensions.history(),
                            width));
        }
        combine(
                read.size() == 1
                        ? read.get(0)
                        : graph.node("Concat", read.toArray(String[]::new)).with("axis", 1L).out(),
                output);
        return mask;
    }

    /**
     * Adds, instead, an input of the long memory's summaries and what follows them, where nothing
     * else is read.
     */
    void encodeSummaries(String output) {
        combine(
                graph.floatInput(SUMMARIES, "batch", dimensions.memoryDecays().size() * width),
                output);
    }

    /** Adds what leads from the encoders' results side by side to the distribution embedding. */
    private void combine(String joined, String output) {
        int embedding = dimensions.embeddingWidth();
        int read = dimensions.encoderWidth() + dimensions.memoryDecays().size() * width;
        String activation =
                graph.add(
                        "Gemm",
                        joined,
                        weights("encoder.mlp.weight", read, embedding),
                        weights("encoder.mlp.bias", embedding));
        graph.node("Tanh", activation).out(output);
    }

    private String itemInput() {
        graph.integerInput(HISTORY, "batch", "length");
        String isItem = graph.add("Greater", HISTORY, graph.integers(0));
        return graph.node("Cast", isItem).with("to", 1L /* float32 */).out();
    }

    private String featureInputs() {
        graph.floatInput(FEATURES, "batch", "length", dimensions.features());
        return graph.floatInput(MASK, "batch", "length");
    }

    /** Adds item embeddings [batch, length, d_c], zeros for padding. */
    private String items() {
        int rows = dimensions.items() + 1;
        float[] table =
                ModelBundle.require(tensors, "generator.item.embedding", rows, width)
                        .values()
                        .clone();
        Arrays.fill(table, 0, width, 0);
        return graph.add("Gather", graph.weights(ITEMS, Tensor.of(table, rows, width)), HISTORY);
    }

    /** Adds embeddings of feature vectors [batch, length, d_c], zeros for padding. */
    private String features(String mask) {
        Tensor weight =
                ModelBundle.require(
                        tensors, "generator.feature.weight", dimensions.features(), width);
        String activation =
                graph.add(
                        "Add",
                        graph.add("MatMul", FEATURES, graph.weights(FEATURE_WEIGHT, weight)),
                        weights("generator.feature.bias", width));
        return graph.add(
                "Mul",
                graph.add("Tanh", activation),
                graph.add("Unsqueeze", mask, graph.integers(2)));
    }

    /** Takes the newest L columns, or as many as there are. */
    private String newest(String value) {
        return graph.add(
                "Slice",
                value,
                graph.integers(-1L * dimensions.window()),
                graph.integers(Long.MAX_VALUE),
                graph.integers(1));
    }

    private String weights(String name, int... shape) {
        return graph.weights(name, ModelBundle.require(tensors, name, shape));
    }
}
