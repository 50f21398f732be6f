package duet.model.serving;

import static duet.model.serving.Matrix.dot;
import static duet.model.serving.Matrix.linear;
import static duet.model.serving.Matrix.plus;
import static duet.model.serving.Matrix.row;
import static duet.model.serving.Matrix.softmax;
import static duet.model.serving.Matrix.tanh;
import static duet.model.serving.Matrix.times;
import static duet.model.serving.Matrix.vector;

import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.Tensor;
import java.util.Arrays;
import java.util.Map;

/** The device model's equations in float64, every position of every block computed. */
final class PlainDevice {
    private static final double MASKED = -1e9;

    private final Map<String, Tensor> tensors;
    private final Dimensions dimensions;

    PlainDevice(Map<String, Tensor> tensors, Dimensions dimensions) {
        this.tensors = tensors;
        this.dimensions = dimensions;
    }

    double[] userState(int[] window) {
        int length = window.length;
        double[][] x = new double[length][dimensions.width()];
        for (int t = 0; t < length; t++) {
            if (window[t] != 0) {
                double[] item = row(tensors, "item.embedding", window[t]);
                double[] position = row(tensors, "position.embedding", length - 1 - t);
                for (int i = 0; i < item.length; i++) {
                    x[t][i] = item[i] * Math.sqrt(dimensions.width()) + position[i];
                }
            }
        }
        for (int block = 1; block <= dimensions.blocks(); block++) {
            x = block("block." + block + ".", x, window);
        }
        return norm(x[length - 1], "norm");
    }

    private double[][] block(String prefix, double[][] x, int[] window) {
        int length = x.length;
        int headWidth = dimensions.width() / dimensions.heads();
        double[][] query = new double[length][];
        double[][] key = new double[length][];
        double[][] value = new double[length][];
        for (int t = 0; t < length; t++) {
            double[] normed = norm(x[t], prefix + "norm1");
            query[t] = linear(normed, tensors, prefix + "query");
            key[t] = linear(normed, tensors, prefix + "key");
            value[t] = linear(normed, tensors, prefix + "value");
        }
        double[][] next = new double[length][];
        for (int t = 0; t < length; t++) {
            double[] mixed = new double[dimensions.width()];
            for (int from = 0; from < mixed.length; from += headWidth) {
                double[] logits = new double[length];
                for (int s = 0; s < length; s++) {
                    logits[s] =
                            dot(
                                            Arrays.copyOfRange(query[t], from, from + headWidth),
                                            Arrays.copyOfRange(key[s], from, from + headWidth))
                                    / Math.sqrt(headWidth);
                    logits[s] += (s > t ? MASKED : 0) + (window[s] == 0 ? MASKED : 0);
                }
                double[] attention = softmax(logits);
                for (int s = 0; s < length; s++) {
                    for (int i = from; i < from + headWidth; i++) {
                        mixed[i] += attention[s] * value[s][i];
                    }
                }
            }
            double[] attended = plus(x[t], linear(mixed, tensors, prefix + "output"));
            double[] inner = linear(norm(attended, prefix + "norm2"), tensors, prefix + "ffn1");
            for (int i = 0; i < inner.length; i++) {
                inner[i] = Math.max(0, inner[i]);
            }
            next[t] = plus(attended, linear(inner, tensors, prefix + "ffn2"));
        }
        return next;
    }

    private double[] norm(double[] x, String name) {
        double mean = Arrays.stream(x).average().orElseThrow();
        double variance =
                Arrays.stream(x).map(v -> (v - mean) * (v - mean)).average().orElseThrow();
        double[] gamma = vector(tensors, name + ".gamma");
        double[] beta = vector(tensors, name + ".beta");
        double[] y = new double[x.length];
        for (int i = 0; i < y.length; i++) {
            y[i] = (x[i] - mean) / Math.sqrt(variance + 1e-5) * gamma[i] + beta[i];
        }
        return y;
    }

    /** Score of each candidate index, with the dynamic layers given in full. */
    double[] scores(int[] window, float[][] layers, int[] candidates) {
        double[] x = userState(window);
        int width = dimensions.width();
        for (int n = 0; n < layers.length; n++) {
            Tensor weight = Tensor.of(Arrays.copyOf(layers[n], width * width), width, width);
            double[] y = times(x, weight);
            for (int i = 0; i < width; i++) {
                y[i] += layers[n][width * width + i];
            }
            x = n < layers.length - 1 ? tanh(y) : y;
        }
        double[] bias = vector(tensors, "item.bias");
        double[] scores = new double[candidates.length];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = dot(x, row(tensors, "item.embedding", candidates[i])) + bias[candidates[i]];
        }
        return scores;
    }
}
