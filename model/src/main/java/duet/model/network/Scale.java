package duet.model.network;

import ai.djl.ndarray.NDArray;

/**
 * Multiplies by a constant, safe in a graph that is differentiated. DJL's {@code mul(Number)} and
 * {@code div(Number)} free the number's buffer at once, while PyTorch keeps a reference for the
 * backward pass: when the garbage collector comes in between, gradients are computed from whatever
 * lies there then.
 */
public final class Scale {
    private Scale() {}

    /** Returns {@code x} times the factor; the factor lives as long as the manager of {@code x}. */
    public static NDArray by(NDArray x, double factor) {
        return x.mul(x.getManager().create((float) factor));
    }
}
