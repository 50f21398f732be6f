package duet.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import java.util.SplittableRandom;

/**
 * Computes a gated recurrent unit. The gates stand in the order update, reset, candidate, the reset
 * gate applied after the recurrent product (ONNX's {@code linear_before_reset = 1}); padding leaves
 * the state, which starts at zero, as it is.
 */
final class GatedRecurrentUnit {
    private final Layers layers;
    private final String name;
    private final int hidden;

    /** Makes the unit of the parameters {@code name.input} and {@code name.recurrent}. */
    GatedRecurrentUnit(ParameterSet parameters, String name, int hidden) {
        this.layers = new Layers(parameters);
        this.name = name;
        this.hidden = hidden;
    }

    static void initialise(
            ParameterSet parameters, String name, SplittableRandom random, int inputs, int hidden) {
        Layers.initialiseLinear(parameters, name + ".input", random, inputs, 3 * hidden);
        Layers.initialiseLinear(parameters, name + ".recurrent", random, hidden, 3 * hidden);
    }

    /**
     * Returns the state after the last step.
     *
     * @param inputs [batch, length, inputs]
     * @param mask [batch, length], 1 for items and 0 for padding
     * @return [batch, hidden]
     */
    NDArray last(NDArray inputs, NDArray mask) {
        long batch = inputs.getShape().get(0);
        long length = inputs.getShape().get(1);
        // Time first, so that one step's gates lie together.
        NDList steps = layers.linear(inputs.transpose(1, 0, 2), name + ".input").split(length);
        NDList masks = mask.transpose().reshape(length, batch, 1).split(length);
        NDArray state = inputs.getManager().zeros(new Shape(batch, hidden));
        long[] gates = {2L * hidden};
        for (int t = 0; t < length; t++) {
            NDList input = steps.get(t).squeeze(0).split(gates, 1);
            NDList recurrent = layers.linear(state, name + ".recurrent").split(gates, 1);
            NDList gate =
                    NDArrays.add(input.get(0), recurrent.get(0))
                            .getNDArrayInternal()
                            .sigmoid()
                            .split(2, 1);
            NDArray update = gate.get(0);
            NDArray reset = gate.get(1);
            NDArray candidate = input.get(1).add(reset.mul(recurrent.get(1))).tanh();
            // h' = (1 - z) n + z h for items, h for padding: h + m (1 - z)(n - h).
            NDArray step = masks.get(t).squeeze(0).mul(update.neg().add(1f));
            state = state.add(step.mul(candidate.sub(state)));
        }
        return state;
    }
}
