package duet.model.onnx;

import static duet.schemas.bundle.Dimensions.layerName;

import duet.model.network.Backbone;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.StoredTensor;
import java.util.Map;

/**
 * Writes {@code device.onnx}: {@code window} int64 [batch, L] (or {@code input} [batch, inputs]
 * where the backbone reads raw inputs), {@code history} int64 [batch, length] where the device has
 * a long memory, the dynamic layers {@code dynamic.n} [batch, d + 1, d] and {@code candidates}
 * int64 [batch, C], to {@code scores} [batch, C].
 */
public final class DeviceGraph {
    static final String WINDOW = "window";
    static final String INPUT = "input";
    static final String HISTORY = "history";

    /** The item table has this name in the file. */
    static final String ITEMS = "item.embedding";

    private final GraphBuilder graph = new GraphBuilder("duet.device");
    private final Backbone backbone;
    private final Map<String, ? extends StoredTensor> tensors;
    private final Dimensions dimensions;
    private final boolean alike;
    private final GraphLayers layers;

    private DeviceGraph(
            Backbone backbone,
            Map<String, ? extends StoredTensor> tensors,
            Dimensions dimensions,
            boolean alike) {
        this.backbone = backbone;
        this.alike = alike;
        this.tensors = tensors;
        this.dimensions = dimensions;
        this.layers = new GraphLayers(graph, tensors);
    }

    /**
     * Encodes the device model as an ONNX file.
     *
     * @param tensors weights by the names of {@code device.safetensors}; the item table may be
     *     int8, and then is in the file, too
     * @throws duet.schemas.InvalidInputException naming a tensor that is missing or has another
     *     shape
     */
    public static byte[] encode(
            Backbone backbone, Map<String, ? extends StoredTensor> tensors, Dimensions dimensions) {
        return new DeviceGraph(backbone, tensors, dimensions, false).encode();
    }

    /**
     * Encodes the device model for many devices that rank the same items: as {@link #encode}, but
     * that {@code candidates} is [C], looked up once for the whole batch. No bundle holds it.
     *
     * @throws IllegalArgumentException for a backbone whose state depends on the candidate
     */
    public static byte[] encodeAlike(
            Backbone backbone, Map<String, ? extends StoredTensor> tensors, Dimensions dimensions) {
        if (backbone.dependsOnCandidate()) {
            throw new IllegalArgumentException(
                    backbone.id() + " has a state for every candidate of every device");
        }
        return new DeviceGraph(backbone, tensors, dimensions, true).encode();
    }

    private byte[] encode() {
        int width = dimensions.width();
        String window =
                backbone.readsInputs()
                        ? graph.floatInput(INPUT, "batch", dimensions.inputs())
                        : graph.integerInput(WINDOW, "batch", dimensions.window());
        boolean remembers = !dimensions.deviceMemoryDecays().isEmpty();
        String history = remembers ? graph.integerInput(HISTORY, "batch", "length") : null;
        for (int n = 1; n <= dimensions.dynamicLayers(); n++) {
            graph.floatInput(layerName(n), "batch", dimensions.layerRows(), width);
        }
        String candidates =
                alike
                        ? graph.integerInput("candidates", "candidates")
                        : graph.integerInput("candidates", "batch", "candidates");
        layers.table(ITEMS, dimensions.items() + 1, width);

        String x = backboneGraph().state(window, candidates); // [batch, 1 or C, d]
        if (remembers) {
            x = graph.add("Add", x, layers.unsqueeze(memory(history), 1));
        }
        graph.node("Add", products(head(x), candidates), itemBiases(candidates)).out("scores");
        graph.floatOutput("scores", "batch", "candidates");
        return graph.build();
    }

    private BackboneGraph backboneGraph() {
        return switch (backbone) {
            case SASREC -> new SasRecGraph(graph, layers, dimensions);
            case GRU4REC -> new Gru4RecGraph(graph, layers, tensors, dimensions);
            case DIN -> new DinGraph(graph, layers, dimensions);
            case PERCEPTRON -> new PerceptronGraph(graph, layers, dimensions);
        };
    }

    /** Adds what the long memory adds to the user state, [batch, d]. */
    private String memory(String history) {
        int width = dimensions.width();
        String summaries =
                LongMemoryGraph.summaries(
                        graph,
                        layers.rows(ITEMS, history),
                        layers.mask(history),
                        dimensions.deviceMemoryDecays(),
                        dimensions.history(),
                        width);
        return layers.linear(
                "memory", summaries, dimensions.deviceMemoryDecays().size() * width, width);
    }

    /** Adds the dynamic layers; the bias row is the weight of a 1 that follows every state. */
    private String head(String x) {
        for (int n = 1; n <= dimensions.dynamicLayers(); n++) {
            String one = graph.scalar("one." + n, 1);
            String extended = graph.add("Pad", x, graph.integers(0, 0, 0, 0, 0, 1), one);
            x = graph.add("MatMul", extended, layerName(n));
            if (n < dimensions.dynamicLayers()) {
                x = graph.add("Tanh", x);
            }
        }
        return x;
    }

    private String products(String x, String candidates) {
        String targets = layers.rows(ITEMS, candidates); // [batch, C, d], or [C, d]
        if (alike) {
            return graph.node("Gemm", graph.add("Squeeze", x, graph.integers(1)), targets)
                    .with("transB", 1L)
                    .out();
        }
        if (backbone.dependsOnCandidate()) {
            return graph.node("ReduceSum", graph.add("Mul", targets, x), graph.integers(2))
                    .with("keepdims", 0L)
                    .out();
        }
        String product = graph.add("MatMul", targets, layers.transpose(x, 0, 2, 1));
        return graph.add("Squeeze", product, graph.integers(2));
    }

    private String itemBiases(String candidates) {
        return graph.add("Gather", layers.weights("item.bias", dimensions.items() + 1), candidates);
    }
}
