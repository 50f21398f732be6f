package duet.model.onnx;

import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.StoredTensor;
import java.util.Map;

/** Writes GRU4Rec: a gated recurrent unit over the window, its last state normalized. */
record Gru4RecGraph(
        GraphBuilder graph,
        GraphLayers layers,
        Map<String, ? extends StoredTensor> tensors,
        Dimensions dimensions)
        implements BackboneGraph {
    @Override
    public String state(String window, String candidates) {
        int width = dimensions.width();
        String items = new WindowGraph(graph, layers, dimensions).items(window);
        String last =
                RecurrentUnit.last(graph, tensors, "gru", items, layers.mask(window), width, width);
        return layers.unsqueeze(layers.norm("norm", last, width), 1);
    }
}
