package duet.device;

import duet.schemas.bundle.Dimensions;

/**
 * Computes the static layers GRU4Rec (Hidasi et al., "Session-based Recommendations with Recurrent
 * Neural Networks", 2016): a gated recurrent unit over the window, its last state normalized. Gates
 * come in the order update, reset, candidate; the reset gate is applied after the recurrent
 * product.
 */
final class Gru4Rec implements StaticLayers {
    private final int width;
    private final SequenceEmbedding sequence;
    private final float[] inputWeight;
    private final float[] inputBias;
    private final float[] recurrentWeight;
    private final float[] recurrentBias;
    private final float[] normGamma;
    private final float[] normBeta;

    Gru4Rec(Dimensions dimensions, SequenceEmbedding sequence, TensorReader tensors) {
        this.width = dimensions.width();
        this.sequence = sequence;
        this.inputWeight = tensors.take("gru.input.weight", width, 3 * width);
        this.inputBias = tensors.take("gru.input.bias", 3 * width);
        this.recurrentWeight = tensors.take("gru.recurrent.weight", width, 3 * width);
        this.recurrentBias = tensors.take("gru.recurrent.bias", 3 * width);
        this.normGamma = tensors.take("norm.gamma", width);
        this.normBeta = tensors.take("norm.beta", width);
    }

    @Override
    public UserStates states(int[] window) {
        float[] x = sequence.of(window, StaticLayers.padding(window));
        float[] state = new float[width];
        float[] input = new float[3 * width];
        float[] recurrent = new float[3 * width];
        for (int at = 0; at < x.length; at += width) {
            System.arraycopy(inputBias, 0, input, 0, input.length);
            Kernels.addProduct(x, at, width, inputWeight, input, 0, input.length);
            System.arraycopy(recurrentBias, 0, recurrent, 0, recurrent.length);
            Kernels.addProduct(state, 0, width, recurrentWeight, recurrent, 0, recurrent.length);
            for (int i = 0; i < width; i++) {
                float update = Kernels.sigmoid(input[i] + recurrent[i]);
                float reset = Kernels.sigmoid(input[width + i] + recurrent[width + i]);
                float candidate =
                        (float) Math.tanh(input[2 * width + i] + reset * recurrent[2 * width + i]);
                state[i] += (1 - update) * (candidate - state[i]);
            }
        }
        float[] normed = new float[width];
        Kernels.layerNorm(state, 0, normGamma, normBeta, normed, 0, width);
        return UserStates.same(normed);
    }
}
