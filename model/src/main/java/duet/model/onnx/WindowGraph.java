package duet.model.onnx;

import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.Tensor;

/**
 * Writes windows as vectors for attention: scaled item embeddings with positions, and what hides
 * padding.
 */
final class WindowGraph {
    /** This is added to the attention logit of a key that must not be seen. */
    static final float MASKED = -1e9f;

    private final GraphBuilder graph;
    private final GraphLayers layers;
    private final Dimensions dimensions;
    private final String scale;

    WindowGraph(GraphBuilder graph, GraphLayers layers, Dimensions dimensions) {
        this.graph = graph;
        this.layers = layers;
        this.dimensions = dimensions;
        this.scale = graph.scalar("embedding.scale", (float) Math.sqrt(dimensions.width()));
    }

    /** Adds item embeddings of any indices times √d. */
    String items(String indices) {
        return graph.add("Mul", layers.rows(DeviceGraph.ITEMS, indices), scale);
    }

    /** Adds the vectors of a window, [batch, L, d]; padding is zero. */
    String withPositions(String window, String mask) {
        return graph.add(
                "Mul",
                graph.add("Add", items(window), graph.weights("positions", positions())),
                layers.unsqueeze(mask, 2));
    }

    /** Adds 0 for items and {@link #MASKED} for padding, in the shape of the mask. */
    String hidden(String mask) {
        return graph.add(
                "Mul",
                graph.add("Sub", graph.scalar("one", 1), mask),
                graph.scalar("masked", MASKED));
    }

    /**
     * Returns the position embeddings by column of the window; they are stored by recency, the last
     * column first.
     */
    private Tensor positions() {
        int length = dimensions.window();
        int width = dimensions.width();
        float[] byRecency = layers.values("position.embedding", length, width);
        float[] byColumn = new float[byRecency.length];
        for (int column = 0; column < length; column++) {
            System.arraycopy(
                    byRecency, (length - 1 - column) * width, byColumn, column * width, width);
        }
        return Tensor.of(byColumn, length, width);
    }
}
