package duet.model.onnx;

import duet.model.network.LongMemory;
import duet.schemas.bundle.Tensor;
import java.util.List;

/**
 * Writes what {@link LongMemory} gives of a history at several time scales, as one matrix product.
 */
final class LongMemoryGraph {
    private LongMemoryGraph() {}

    /**
     * Adds the summaries [batch, K · width], one scale after the other; zeros where there is no
     * interaction. What is weighted does not depend on the device, so that every device's history
     * is multiplied with the same small matrix; padding must therefore be embedded as zeros.
     *
     * @param embedded value of shape [batch, length, width], newest last, {@code length} free up to
     *     {@code history}, zeros where there is padding
     * @param mask value of shape [batch, length], 1 for interactions and 0 for padding, which
     *     stands on the left
     */
    static String summaries(
            GraphBuilder graph,
            String embedded,
            String mask,
            List<Double> decays,
            int history,
            int width) {
        int scales = decays.size();
        float[] byScale = LongMemory.weights(decays, history);
        float[] byColumn = GraphBuilder.transpose(byScale, scales, history);
        // As many columns as the input has, the newest ones.
        String from = graph.add("Neg", graph.node("Shape", mask).with("start", 1L).out());
        String sums =
                graph.add(
                        "MatMul",
                        newest(
                                graph,
                                "memory.by.scale",
                                Tensor.of(byScale, scales, history),
                                from,
                                1),
                        embedded); // [batch, K, width]
        String totals =
                graph.add(
                        "MatMul",
                        mask,
                        newest(
                                graph,
                                "memory.by.column",
                                Tensor.of(byColumn, history, scales),
                                from,
                                0)); // [batch, K]
        String least = graph.add("Max", totals, graph.scalar("memory.nothing", LongMemory.NOTHING));
        String root = graph.add("Unsqueeze", graph.add("Sqrt", least), graph.integers(2));
        String summaries = graph.add("Div", sums, root);
        return graph.add("Reshape", summaries, graph.integers(-1, (long) scales * width));
    }

    private static String newest(
            GraphBuilder graph, String name, Tensor weights, String from, int axis) {
        return graph.add(
                "Slice",
                graph.weights(name, weights),
                from,
                graph.integers(Integer.MAX_VALUE),
                graph.integers(axis));
    }
}
