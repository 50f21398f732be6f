package duet.model.onnx;

import duet.model.network.LongMemory;
import duet.schemas.bundle.Tensor;
import java.util.List;

/** Exponentially weighted means of a history at several time scales, as one matrix product. */
final class LongMemoryGraph {
    private LongMemoryGraph() {}

    /**
     * The means [batch, K · width], one scale after the other; zeros where there is no interaction.
     *
     * @param embedded value of shape [batch, length, width], newest last, {@code length} free up to {@code history}
     * @param mask value of shape [batch, length], 1 for interactions and 0 for padding, which stands on the left
     */
    static String means(
            GraphBuilder graph,
            String embedded,
            String mask,
            List<Double> decays,
            int history,
            int width) {
        float[] byColumn = LongMemory.weights(decays, history);
        String length =
                graph.node("Shape", mask).with("start", 1L).out(); // as a vector of one number
        String newest = // the columns of the newest `length` interactions
                graph.add(
                        "Slice",
                        graph.weights("memory.decays", Tensor.of(byColumn, decays.size(), history)),
                        graph.add("Neg", length),
                        graph.integers(Integer.MAX_VALUE),
                        graph.integers(1));
        String weights = graph.add("Mul", newest, graph.add("Unsqueeze", mask, graph.integers(1)));
        // The newest interaction weighs 1: below that there is none, and the sum is zero.
        String total =
                graph.add(
                        "Max",
                        graph.add("ReduceSum", weights, graph.integers(2)),
                        graph.scalar("memory.least", 1));
        return graph.add(
                "Reshape",
                graph.add("MatMul", graph.add("Div", weights, total), embedded),
                graph.integers(-1, (long) decays.size() * width));
    }
}
