package duet.device;

import duet.schemas.bundle.Dimensions;

/**
 * Computes the static layers of a device whose windows hold features: two layers over one raw
 * input, {@code LN(relu(x W1 + b1) W2 + b2)}. It is immutable and thread-safe.
 */
final class Perceptron {
    private final int inputs;
    private final int hidden;
    private final int width;
    private final float[] firstWeight;
    private final float[] firstBias;
    private final float[] secondWeight;
    private final float[] secondBias;
    private final float[] normGamma;
    private final float[] normBeta;

    Perceptron(Dimensions dimensions, TensorReader tensors) {
        this.inputs = dimensions.inputs();
        this.hidden = dimensions.feedForward();
        this.width = dimensions.width();
        this.firstWeight = tensors.take("perceptron.1.weight", inputs, hidden);
        this.firstBias = tensors.take("perceptron.1.bias", hidden);
        this.secondWeight = tensors.take("perceptron.2.weight", hidden, width);
        this.secondBias = tensors.take("perceptron.2.bias", width);
        this.normGamma = tensors.take("norm.gamma", width);
        this.normBeta = tensors.take("norm.beta", width);
    }

    /** Returns the features [d] of an input, which are the user state. */
    float[] features(float[] input) {
        float[] inner = firstBias.clone();
        Kernels.addProduct(input, 0, inputs, firstWeight, inner, 0, hidden);
        Kernels.relu(inner);
        float[] outer = secondBias.clone();
        Kernels.addProduct(inner, 0, hidden, secondWeight, outer, 0, width);
        float[] features = new float[width];
        Kernels.layerNorm(outer, 0, normGamma, normBeta, features, 0, width);
        return features;
    }
}
