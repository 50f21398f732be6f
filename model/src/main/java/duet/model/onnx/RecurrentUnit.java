package duet.model.onnx;

import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.StoredTensor;
import duet.schemas.bundle.Tensor;
import java.util.Map;

/**
 * Writes a gated recurrent unit as an ONNX operator. Padding must leave the state as it is, and the
 * operator knows lengths only for padding at the end, so each step carries one more feature, 1 for
 * padding, whose weights hold the update gate at 1 and the candidate at 0.
 */
final class RecurrentUnit {
    /** This pre-activation makes a gate exactly 0 or 1 in float32; the sigmoid saturates at 17. */
    private static final float SATURATED = 1000;

    private RecurrentUnit() {}

    /**
     * Adds the unit to a graph.
     *
     * @param name prefix of its tensors: {@code name.input.weight|bias} and {@code
     *     name.recurrent.weight|bias}
     * @param sequence [batch, length, width]
     * @param mask [batch, length], 1 for items and 0 for padding
     * @return name of the last state, [batch, hidden]
     */
    static String last(
            GraphBuilder graph,
            Map<String, ? extends StoredTensor> tensors,
            String name,
            String sequence,
            String mask,
            int width,
            int hidden) {
        int gates = 3 * hidden;
        float[] recurrent =
                ModelBundle.require(tensors, name + ".recurrent.weight", hidden, gates).values();
        float[] biases = new float[2 * gates];
        float[] inputBias = ModelBundle.require(tensors, name + ".input.bias", gates).values();
        float[] recurrentBias =
                ModelBundle.require(tensors, name + ".recurrent.bias", gates).values();
        System.arraycopy(inputBias, 0, biases, 0, gates);
        System.arraycopy(recurrentBias, 0, biases, gates, gates);

        String padding = graph.add("Sub", graph.scalar(name + ".one", 1), mask);
        String flagged =
                graph.node("Concat", sequence, graph.add("Unsqueeze", padding, graph.integers(2)))
                        .with("axis", 2L)
                        .out();
        String last =
                graph.node(
                                "GRU",
                                graph.node("Transpose", flagged).with("perm", 1L, 0L, 2L).out(),
                                graph.weights(
                                        name + ".input",
                                        inputByGate(tensors, name, inputBias, width, hidden)),
                                graph.weights(
                                        name + ".recurrent",
                                        Tensor.of(
                                                GraphBuilder.transpose(recurrent, hidden, gates),
                                                1,
                                                gates,
                                                hidden)),
                                graph.weights(name + ".bias", Tensor.of(biases, 1, 2 * gates)))
                        .with("hidden_size", (long) hidden)
                        .with("linear_before_reset", 1L)
                        .out("", name + ".state");
        return graph.add("Squeeze", last, graph.integers(0));
    }

    /** Lays out the input weights [1, 3 h, width + 1] by gate, the last column for padding. */
    private static Tensor inputByGate(
            Map<String, ? extends StoredTensor> tensors,
            String name,
            float[] bias,
            int width,
            int hidden) {
        int gates = 3 * hidden;
        int extended = width + 1;
        float[] weight =
                ModelBundle.require(tensors, name + ".input.weight", width, gates).values();
        float[] byGate = new float[gates * extended];
        for (int gate = 0; gate < gates; gate++) {
            for (int i = 0; i < width; i++) {
                byGate[gate * extended + i] = weight[i * gates + gate];
            }
            byGate[gate * extended + width] =
                    gate < hidden ? SATURATED : gate < 2 * hidden ? -SATURATED : -bias[gate];
        }
        return Tensor.of(byGate, 1, gates, extended);
    }
}
