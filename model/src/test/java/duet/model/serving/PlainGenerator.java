package duet.model.serving;

import static duet.model.serving.Matrix.dot;
import static duet.model.serving.Matrix.linear;
import static duet.model.serving.Matrix.row;
import static duet.model.serving.Matrix.softmax;
import static duet.model.serving.Matrix.tanh;
import static duet.model.serving.Matrix.times;
import static duet.model.serving.Matrix.vector;

import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.Tensor;
import java.util.Arrays;
import java.util.Map;

/** The generator's equations written down one after the other in float64: what every other implementation must give. */
final class PlainGenerator {
    private final Map<String, Tensor> tensors;
    private final Dimensions dimensions;

    PlainGenerator(Map<String, Tensor> tensors, Dimensions dimensions) {
        this.tensors = tensors;
        this.dimensions = dimensions;
    }

    double[] embedding(int[] window) {
        double[] state = new double[dimensions.encoderWidth()];
        for (int item : window) {
            if (item != 0) {
                state = step(row(tensors, "generator.item.embedding", item), state);
            }
        }
        return tanh(linear(state, tensors, "encoder.mlp"));
    }

    private double[] step(double[] x, double[] h) {
        int hidden = h.length;
        double[] input = linear(x, tensors, "encoder.gru.input");
        double[] recurrent = linear(h, tensors, "encoder.gru.recurrent");
        double[] next = new double[hidden];
        for (int i = 0; i < hidden; i++) {
            double z = sigmoid(input[i] + recurrent[i]);
            double r = sigmoid(input[hidden + i] + recurrent[hidden + i]);
            double n = Math.tanh(input[2 * hidden + i] + r * recurrent[2 * hidden + i]);
            next[i] = (1 - z) * n + z * h[i];
        }
        return next;
    }

    /** Delta of layer {@code n} from the distribution embedding. */
    double[] delta(double[] embedding, int n) {
        String prefix = "layer." + n + ".";
        int decoders = dimensions.decoders();
        int inner = dimensions.layerEmbeddingWidth();
        double[] flat = linear(embedding, tensors, prefix + "embedding");
        double[][] e = new double[decoders][];
        double[][] t = new double[decoders][];
        for (int m = 0; m < decoders; m++) {
            e[m] = Arrays.copyOfRange(flat, m * inner, (m + 1) * inner);
            t[m] = tanh(times(e[m], tensors.get(prefix + "adapter.weight")));
        }
        double[] alpha = new double[decoders];
        for (int i = 0; i < decoders; i++) {
            double[] logits = new double[decoders];
            for (int j = 0; j < decoders; j++) {
                logits[j] = dot(t[i], e[j]) / Math.sqrt(inner);
            }
            double[] shares = softmax(logits);
            for (int j = 0; j < decoders; j++) {
                alpha[j] += shares[j] / decoders;
            }
        }
        double[] mixed = new double[decoders * inner];
        for (int i = 0; i < mixed.length; i++) {
            mixed[i] = alpha[i / inner] * flat[i];
        }
        double[] delta = times(mixed, tensors.get(prefix + "decoder.weight"));
        double[] bias = vector(tensors, prefix + "decoder.bias");
        for (int i = 0; i < bias.length; i++) {
            delta[i % delta.length] += alpha[i / delta.length] * bias[i];
        }
        return delta;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
