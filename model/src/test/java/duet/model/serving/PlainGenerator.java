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
import java.util.List;
import java.util.Map;

/**
 * The generator's equations written down one after the other in float64: what every other
 * implementation must give.
 */
final class PlainGenerator {
    private final Map<String, Tensor> tensors;
    private final Dimensions dimensions;

    PlainGenerator(Map<String, Tensor> tensors, Dimensions dimensions) {
        this.tensors = tensors;
        this.dimensions = dimensions;
    }

    /** Distribution embedding of a history of item indices, of which 0 is padding. */
    double[] embedding(int[] history) {
        return embedding(
                Arrays.stream(history)
                        .filter(item -> item != 0)
                        .mapToObj(item -> row(tensors, "generator.item.embedding", item))
                        .toList());
    }

    /** Distribution embedding of a history of feature vectors. */
    double[] embedding(float[][] history) {
        return embedding(
                Arrays.stream(history)
                        .map(Matrix::doubles)
                        .map(vector -> tanh(linear(vector, tensors, "generator.feature")))
                        .toList());
    }

    private double[] embedding(List<double[]> interactions) {
        double[] recurrent = new double[dimensions.encoderWidth()];
        if (recurrent.length > 0) {
            for (double[] interaction : newest(interactions, dimensions.window())) {
                recurrent = step(interaction, recurrent);
            }
        }
        int width = dimensions.generatorItemWidth();
        int scales = dimensions.memoryDecays().size();
        double[] read = Arrays.copyOf(recurrent, recurrent.length + scales * width);
        for (int k = 0; k < scales; k++) {
            double[] summary =
                    summary(
                            newest(interactions, dimensions.history()),
                            dimensions.memoryDecays().get(k),
                            width);
            System.arraycopy(summary, 0, read, recurrent.length + k * width, width);
        }
        return tanh(linear(read, tensors, "encoder.mlp"));
    }

    private static List<double[]> newest(List<double[]> interactions, int count) {
        return interactions.subList(Math.max(0, interactions.size() - count), interactions.size());
    }

    private static double[] summary(List<double[]> interactions, double decay, int width) {
        double[] sum = new double[width];
        double total = 0;
        double weight = 1;
        for (int i = interactions.size() - 1; i >= 0; i--) {
            for (int c = 0; c < width; c++) {
                sum[c] += weight * interactions.get(i)[c];
            }
            total += weight;
            weight *= decay;
        }
        for (int c = 0; c < width && total > 0; c++) {
            sum[c] /= Math.sqrt(total);
        }
        return sum;
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

    /** Residual of layer {@code n} from what was generated for it: row-major [d + 1, d]. */
    double[] matrix(double[] stored) {
        int rank = dimensions.rank();
        int d = dimensions.width();
        if (rank == 0) {
            return stored;
        }
        double[] matrix = new double[dimensions.layerSize()];
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                for (int k = 0; k < rank; k++) {
                    matrix[i * d + j] += stored[k * d + i] * stored[(rank + k) * d + j];
                }
            }
            matrix[d * d + i] = stored[2 * rank * d + i];
        }
        return matrix;
    }

    /** What is generated for layer {@code n} from the distribution embedding, as it travels. */
    double[] layer(double[] embedding, int n) {
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
