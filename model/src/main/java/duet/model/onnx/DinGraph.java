package duet.model.onnx;

import duet.schemas.bundle.Dimensions;

/** Writes DIN: every candidate attends to the window by itself. */
record DinGraph(GraphBuilder graph, GraphLayers layers, Dimensions dimensions)
        implements BackboneGraph {
    @Override
    public String state(String window, String candidates) {
        int d = dimensions.width();
        int f = dimensions.feedForward();
        WindowGraph sequence = new WindowGraph(graph, layers, dimensions);
        String mask = layers.mask(window); // [batch, L]
        String x = sequence.withPositions(window, mask); // [batch, L, d]
        String q = sequence.items(candidates); // [batch, C, d]

        // x Wx + (x ∘ q) Wp = x (Wx + diag(q) Wp), one matrix [d, f] per candidate.
        String ofCandidate =
                graph.add(
                        "Add",
                        graph.add(
                                "Mul",
                                layers.unsqueeze(q, 3),
                                layers.weights("attention.product.weight", d, f)),
                        layers.weights("attention.item.weight", d, f)); // [batch, C, d, f]
        String fromTarget =
                graph.add(
                        "Add",
                        graph.add("MatMul", q, layers.weights("attention.target.weight", d, f)),
                        layers.weights("attention.bias", f)); // [batch, C, f]
        String inner =
                graph.add(
                        "Relu",
                        graph.add(
                                "Add",
                                graph.add("MatMul", layers.unsqueeze(x, 1), ofCandidate),
                                layers.unsqueeze(fromTarget, 2))); // [batch, C, L, f]
        String logits =
                graph.add(
                        "Add",
                        graph.add(
                                "Squeeze",
                                graph.add(
                                        "MatMul",
                                        inner,
                                        layers.weights("attention.output.weight", f, 1)),
                                graph.integers(3)),
                        layers.unsqueeze(sequence.hidden(mask), 1)); // [batch, C, L]
        String attention = graph.node("Softmax", logits).with("axis", -1L).out();
        return layers.norm("norm", graph.add("MatMul", attention, x), d);
    }
}
