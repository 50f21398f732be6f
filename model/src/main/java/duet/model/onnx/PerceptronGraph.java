package duet.model.onnx;

import duet.schemas.bundle.Dimensions;

/** Writes two layers over raw inputs. */
record PerceptronGraph(GraphBuilder graph, GraphLayers layers, Dimensions dimensions)
        implements BackboneGraph {
    @Override
    public String state(String inputs, String candidates) {
        int width = dimensions.width();
        int inner = dimensions.feedForward();
        String first =
                graph.add(
                        "Relu", layers.linear("perceptron.1", inputs, dimensions.inputs(), inner));
        String second = layers.linear("perceptron.2", first, inner, width);
        return layers.unsqueeze(layers.norm("norm", second, width), 1);
    }
}
