package duet.model.onnx;

import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.Tensor;
import java.util.Map;

/** Provides the layers that graphs are built from, over named tensors. */
final class GraphLayers {
    private static final float EPSILON = 1e-5f;

    private final GraphBuilder graph;
    private final Map<String, Tensor> tensors;

    GraphLayers(GraphBuilder graph, Map<String, Tensor> tensors) {
        this.graph = graph;
        this.tensors = tensors;
    }

    /** Returns the values of a tensor of that shape. */
    float[] values(String name, int... shape) {
        return ModelBundle.require(tensors, name, shape).values();
    }

    /** Stores a tensor of that shape in the graph. */
    String weights(String name, int... shape) {
        return graph.weights(name, ModelBundle.require(tensors, name, shape));
    }

    /** Adds {@code x · W + b}. */
    String linear(String name, String value, int inputs, int outputs) {
        return graph.add(
                "Add",
                graph.add("MatMul", value, weights(name + ".weight", inputs, outputs)),
                weights(name + ".bias", outputs));
    }

    /** Adds the normalization of the last dimension. */
    String norm(String name, String value, int width) {
        return graph.node(
                        "LayerNormalization",
                        value,
                        weights(name + ".gamma", width),
                        weights(name + ".beta", width))
                .with("axis", -1L)
                .with("epsilon", EPSILON)
                .out();
    }

    /** Adds 1 where an index is an item, 0 where it is padding, as float32. */
    String mask(String indices) {
        String isItem = graph.add("Greater", indices, graph.integers(0));
        return graph.node("Cast", isItem).with("to", 1L /* float32 */).out();
    }

    String transpose(String value, long... order) {
        return graph.node("Transpose", value).with("perm", order).out();
    }

    String unsqueeze(String value, long... axes) {
        return graph.add("Unsqueeze", value, graph.integers(axes));
    }
}
