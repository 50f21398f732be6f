package duet.model.onnx;

import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.QuantizedTable;
import duet.schemas.bundle.StoredTensor;
import java.util.Map;

/** Provides the layers that graphs are built from, over named tensors. */
final class GraphLayers {
    private static final float EPSILON = 1e-5f;

    /** ONNX counts its types; this is float32. */
    private static final long FLOAT32 = 1;

    private final GraphBuilder graph;
    private final Map<String, ? extends StoredTensor> tensors;

    GraphLayers(GraphBuilder graph, Map<String, ? extends StoredTensor> tensors) {
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

    /** Stores a table of that shape in the graph, as float32 or int8, as it is given. */
    void table(String name, int rows, int columns) {
        if (QuantizedTable.isIn(tensors, name)) {
            QuantizedTable.of(tensors, name, rows, columns).stored(name).forEach(graph::weights);
        } else {
            weights(name, rows, columns);
        }
    }

    /**
     * Adds the rows of a stored table at indices of any shape, as float32; of a table of int8 only
     * these rows are turned into float32.
     */
    String rows(String name, String indices) {
        String rows = graph.add("Gather", name, indices);
        if (!QuantizedTable.isIn(tensors, name)) {
            return rows;
        }
        String scales = graph.add("Gather", QuantizedTable.names(name).get(1), indices);
        return graph.add("Mul", float32(rows), unsqueeze(float32(scales), -1));
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
        return float32(isItem);
    }

    private String float32(String value) {
        return graph.node("Cast", value).with("to", FLOAT32).out();
    }

    String transpose(String value, long... order) {
        return graph.node("Transpose", value).with("perm", order).out();
    }

    String unsqueeze(String value, long... axes) {
        return graph.add("Unsqueeze", value, graph.integers(axes));
    }
}
