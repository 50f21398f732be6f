package duet.model.serving;

import static duet.model.serving.Matrix.dot;
import static duet.model.serving.Matrix.linear;
import static duet.model.serving.Matrix.plus;
import static duet.model.serving.Matrix.row;
import static duet.model.serving.Matrix.softmax;
import static duet.model.serving.Matrix.tanh;
import static duet.model.serving.Matrix.times;
import static duet.model.serving.Matrix.vector;

import duet.model.network.Backbone;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.Tensor;
import java.util.Arrays;
import java.util.Map;

/** The device models' equations in float64, every position of every block computed. */
final class PlainDevice {
    private static final double MASKED = -1e9;

    private final Backbone backbone;
    private final Map<String, Tensor> tensors;
    private final Dimensions dimensions;

    PlainDevice(Backbone backbone, Map<String, Tensor> tensors, Dimensions dimensions) {
        this.backbone = backbone;
        this.tensors = tensors;
        this.dimensions = dimensions;
    }

    private double[] userState(int[] window, int[] history, int candidate) {
        double[] state =
                switch (backbone) {
                    case SASREC -> sasRec(window);
                    case GRU4REC -> gru4Rec(window);
                    case DIN -> din(window, candidate);
                    case PERCEPTRON -> throw new IllegalArgumentException("reads inputs");
                };
        return dimensions.deviceMemoryDecays().isEmpty()
                ? state
                : plus(state, linear(summaries(history), tensors, "memory"));
    }

    private double[] summaries(int[] history) {
        int width = dimensions.width();
        double[] summaries = new double[dimensions.deviceMemoryDecays().size() * width];
        for (int k = 0; k < dimensions.deviceMemoryDecays().size(); k++) {
            double total = 0;
            for (int p = 0; p < history.length; p++) {
                int item = history[history.length - 1 - p];
                if (item != 0) {
                    double weight = Math.pow(dimensions.deviceMemoryDecays().get(k), p);
                    double[] embedding = row(tensors, "item.embedding", item);
                    total += weight;
                    for (int i = 0; i < width; i++) {
                        summaries[k * width + i] += weight * embedding[i];
                    }
                }
            }
            for (int i = 0; i < width && total > 0; i++) {
                summaries[k * width + i] /= Math.sqrt(total);
            }
        }
        return summaries;
    }

    private double[] gru4Rec(int[] window) {
        int width = dimensions.width();
        double[] state = new double[width];
        for (int item : window) {
            if (item != 0) {
                double[] input = linear(scaled(item), tensors, "gru.input");
                double[] recurrent = linear(state, tensors, "gru.recurrent");
                for (int i = 0; i < width; i++) {
                    double update = sigmoid(input[i] + recurrent[i]);
                    double reset = sigmoid(input[width + i] + recurrent[width + i]);
                    double fresh =
                            Math.tanh(input[2 * width + i] + reset * recurrent[2 * width + i]);
                    state[i] = (1 - update) * fresh + update * state[i];
                }
            }
        }
        return norm(state, "norm");
    }

    /**
     * The attention's first layer as published, over x, q and their product; the weights of x - q
     * are in those of both.
     */
    private double[] din(int[] window, int candidate) {
        double[][] x = positions(window);
        double[] q = scaled(candidate);
        double[] logits = new double[window.length];
        for (int t = 0; t < window.length; t++) {
            double[] product = new double[q.length];
            for (int i = 0; i < q.length; i++) {
                product[i] = x[t][i] * q[i];
            }
            double[] inner =
                    plus(
                            plus(
                                    times(x[t], tensors.get("attention.item.weight")),
                                    times(q, tensors.get("attention.target.weight"))),
                            plus(
                                    times(product, tensors.get("attention.product.weight")),
                                    vector(tensors, "attention.bias")));
            double[] active = Arrays.stream(inner).map(v -> Math.max(0, v)).toArray();
            logits[t] = times(active, tensors.get("attention.output.weight"))[0];
            logits[t] += window[t] == 0 ? MASKED : 0;
        }
        double[] attention = softmax(logits);
        double[] mixed = new double[q.length];
        for (int t = 0; t < window.length; t++) {
            for (int i = 0; i < mixed.length; i++) {
                mixed[i] += attention[t] * x[t][i];
            }
        }
        return norm(mixed, "norm");
    }

    private double[] scaled(int item) {
        return Arrays.stream(row(tensors, "item.embedding", item))
                .map(v -> v * Math.sqrt(dimensions.width()))
                .toArray();
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    private double[][] positions(int[] window) {
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
        return x;
    }

    private double[] sasRec(int[] window) {
        double[][] x = positions(window);
        for (int block = 1; block <= dimensions.blocks(); block++) {
            x = block("block." + block + ".", x, window);
        }
        return norm(x[window.length - 1], "norm");
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
    double[] scores(int[] window, int[] history, float[][] layers, int[] candidates) {
        return Arrays.stream(candidates)
                .mapToDouble(item -> score(userState(window, history, item), layers, item))
                .toArray();
    }

    /** Score of each candidate index, of a raw input. */
    double[] scores(float[] input, float[][] layers, int[] candidates) {
        double[] inner = linear(Matrix.doubles(input), tensors, "perceptron.1");
        double[] active = Arrays.stream(inner).map(v -> Math.max(0, v)).toArray();
        double[] state = norm(linear(active, tensors, "perceptron.2"), "norm");
        return Arrays.stream(candidates).mapToDouble(item -> score(state, layers, item)).toArray();
    }

    private double score(double[] state, float[][] layers, int item) {
        double[] x = state;
        int width = dimensions.width();
        for (int n = 0; n < layers.length; n++) {
            Tensor weight = Tensor.of(Arrays.copyOf(layers[n], width * width), width, width);
            double[] y = times(x, weight);
            for (int i = 0; i < width; i++) {
                y[i] += layers[n][width * width + i];
            }
            x = n < layers.length - 1 ? tanh(y) : y;
        }
        return dot(x, row(tensors, "item.embedding", item)) + vector(tensors, "item.bias")[item];
    }
}
