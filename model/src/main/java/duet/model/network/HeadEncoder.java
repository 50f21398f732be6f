package duet.model.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import duet.schemas.bundle.Dimensions;
import java.util.SplittableRandom;

/**
 * Head encoder: a gated recurrent unit over the window, then one tanh layer, gives the distribution embedding z. Gates in
 * the order update, reset, candidate, the reset gate applied after the recurrent product (ONNX's {@code
 * linear_before_reset = 1}); padding leaves the state as it is.
 */
final class HeadEncoder {
    private final Dimensions dimensions;
    private final ParameterSet parameters;

    HeadEncoder(Dimensions dimensions, ParameterSet parameters) {
        this.dimensions = dimensions;
        this.parameters = parameters;
    }

    static void initialise(
            Dimensions dimensions, ParameterSet parameters, SplittableRandom random) {
        int items = dimensions.generatorItemWidth();
        int hidden = dimensions.encoderWidth();
        NDArray table =
                parameters.normal(
                        "generator.item.embedding", random, 0.05, dimensions.items() + 1, items);
        UniversalMetaNetwork.zeroFirstRow(table);
        parameters.glorot("encoder.gru.input.weight", random, items, 3 * hidden);
        parameters.zeros("encoder.gru.input.bias", 3 * hidden);
        parameters.glorot("encoder.gru.recurrent.weight", random, hidden, 3 * hidden);
        parameters.zeros("encoder.gru.recurrent.bias", 3 * hidden);
        parameters.glorot("encoder.mlp.weight", random, hidden, dimensions.embeddingWidth());
        parameters.zeros("encoder.mlp.bias", dimensions.embeddingWidth());
    }

    /** Distribution embeddings [batch, d_z] of windows [batch, L]. */
    NDArray encode(NDArray window, Dropout dropout) {
        long batch = window.getShape().get(0);
        int hidden = dimensions.encoderWidth();
        int length = dimensions.window();
        NDArray mask = window.gt(0).toType(DataType.FLOAT32, false); // [batch, L]
        NDArray items =
                dropout.apply(
                        UniversalMetaNetwork.embed(
                                        window, parameters.get("generator.item.embedding"))
                                .mul(mask.expandDims(-1)));
        // Time first, so that one step's gates lie together.
        NDArray inputs =
                items.transpose(1, 0, 2)
                        .matMul(parameters.get("encoder.gru.input.weight"))
                        .add(parameters.get("encoder.gru.input.bias")); // [L, batch, 3h]
        NDList steps = inputs.split(length);
        NDList masks = mask.transpose().reshape(length, batch, 1).split(length);
        NDArray recurrentWeight = parameters.get("encoder.gru.recurrent.weight");
        NDArray recurrentBias = parameters.get("encoder.gru.recurrent.bias");
        NDArray state = window.getManager().zeros(new Shape(batch, hidden));
        long[] gates = {2L * hidden};
        for (int t = 0; t < length; t++) {
            NDList input = steps.get(t).squeeze(0).split(gates, 1);
            NDList recurrent = state.matMul(recurrentWeight).add(recurrentBias).split(gates, 1);
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
        return dropout.apply(state)
                .matMul(parameters.get("encoder.mlp.weight"))
                .add(parameters.get("encoder.mlp.bias"))
                .tanh();
    }
}
