package duet.device;

import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.Tensor;
import java.util.Map;

/**
 * The models as they are written down: every position, all masks, double precision, no shortcut.
 * Slow, and the measure of the fast one.
 */
final class ReferenceModel {
    private final String backbone;
    private final Dimensions dimensions;
    private final Map<String, Tensor> tensors;
    private final int d;

    ReferenceModel(RandomModel model) {
        this.backbone = model.backbone();
        this.dimensions = model.dimensions();
        this.tensors = model.tensors();
        this.d = dimensions.width();
    }

    /**
     * User state of a candidate.
     *
     * @param window indices of the newest L items, padded with 0 on the left
     * @param history indices of the newest H items, padded with 0 on the left
     */
    private double[] userState(int[] window, int[] history, int item) {
        double[] state =
                switch (backbone) {
                    case "sasrec" -> sasrec(window);
                    case "gru4rec" -> gru4rec(window);
                    case "din" -> din(window, item);
                    default -> throw new IllegalArgumentException(backbone);
                };
        return dimensions.deviceMemoryDecays().isEmpty()
                ? state
                : sum(state, affine("memory", summaries(history)));
    }

    private double[] summaries(int[] history) {
        int scales = dimensions.deviceMemoryDecays().size();
        double[] summaries = new double[scales * d];
        for (int k = 0; k < scales; k++) {
            double total = 0;
            for (int p = 0; p < history.length; p++) {
                int item = history[history.length - 1 - p];
                double weight = item == 0 ? 0 : Math.pow(dimensions.deviceMemoryDecays().get(k), p);
                total += weight;
                for (int i = 0; i < d; i++) {
                    summaries[k * d + i] += weight * values("item.embedding")[item * d + i];
                }
            }
            for (int i = 0; i < d && total > 0; i++) {
                summaries[k * d + i] /= Math.sqrt(total);
            }
        }
        return summaries;
    }

    private double[] gru4rec(int[] window) {
        double[] h = new double[d];
        for (int item : window) {
            double[] input = affine("gru.input", scaledItem(item));
            double[] recurrent = affine("gru.recurrent", h);
            for (int i = 0; i < d && item != 0; i++) {
                double z = 1 / (1 + Math.exp(-input[i] - recurrent[i]));
                double r = 1 / (1 + Math.exp(-input[d + i] - recurrent[d + i]));
                double n = Math.tanh(input[2 * d + i] + r * recurrent[2 * d + i]);
                h[i] = (1 - z) * n + z * h[i];
            }
        }
        return norm("norm", h);
    }

    private double[] din(int[] window, int item) {
        double[][] x = positions(window);
        double[] q = scaledItem(item);
        double[] logits = new double[window.length];
        int hidden = dimensions.feedForward();
        float[] bias = values("attention.bias");
        float[] ofItem = values("attention.item.weight");
        float[] ofTarget = values("attention.target.weight");
        float[] ofProduct = values("attention.product.weight");
        for (int t = 0; t < window.length; t++) {
            logits[t] = window[t] == 0 ? -1e9 : 0;
            for (int j = 0; j < hidden; j++) {
                double inner = bias[j];
                for (int i = 0; i < d; i++) {
                    int at = i * hidden + j;
                    inner +=
                            x[t][i] * ofItem[at]
                                    + q[i] * ofTarget[at]
                                    + x[t][i] * q[i] * ofProduct[at];
                }
                logits[t] += Math.max(0, inner) * values("attention.output.weight")[j];
            }
        }
        double[] mixed = new double[d];
        double[] attention = softmax(logits);
        for (int t = 0; t < window.length; t++) {
            for (int i = 0; i < d; i++) {
                mixed[i] += attention[t] * x[t][i];
            }
        }
        return norm("norm", mixed);
    }

    private double[] scaledItem(int item) {
        double[] x = new double[d];
        for (int i = 0; i < d; i++) {
            x[i] = values("item.embedding")[item * d + i] * Math.sqrt(d);
        }
        return x;
    }

    private double[][] positions(int[] window) {
        int length = window.length;
        double[][] x = new double[length][d];
        float[] items = values("item.embedding");
        float[] positions = values("position.embedding");
        for (int t = 0; t < length; t++) {
            double mask = window[t] == 0 ? 0 : 1;
            for (int i = 0; i < d; i++) {
                x[t][i] =
                        mask
                                * (items[window[t] * d + i] * Math.sqrt(d)
                                        + positions[(length - 1 - t) * d + i]);
            }
        }
        return x;
    }

    private double[] sasrec(int[] window) {
        double[][] x = positions(window);
        for (int b = 1; b <= dimensions.blocks(); b++) {
            x = block("block." + b + ".", x, window);
        }
        return norm("norm", x[window.length - 1]);
    }

    private double[][] block(String block, double[][] x, int[] window) {
        int length = x.length;
        int headWidth = d / dimensions.heads();
        double[][] q = new double[length][];
        double[][] k = new double[length][];
        double[][] v = new double[length][];
        for (int t = 0; t < length; t++) {
            double[] normed = norm(block + "norm1", x[t]);
            q[t] = affine(block + "query", normed);
            k[t] = affine(block + "key", normed);
            v[t] = affine(block + "value", normed);
        }
        double[][] result = new double[length][d];
        for (int t = 0; t < length; t++) {
            double[] context = new double[d];
            for (int head = 0; head < d; head += headWidth) {
                double[] logits = new double[length];
                for (int j = 0; j < length; j++) {
                    for (int i = head; i < head + headWidth; i++) {
                        logits[j] += q[t][i] * k[j][i] / Math.sqrt(headWidth);
                    }
                    logits[j] += j > t ? -1e9 : 0;
                    logits[j] += window[j] == 0 ? -1e9 : 0;
                }
                double[] weights = softmax(logits);
                for (int j = 0; j < length; j++) {
                    for (int i = head; i < head + headWidth; i++) {
                        context[i] += weights[j] * v[j][i];
                    }
                }
            }
            double[] attended = sum(x[t], affine(block + "output", context));
            double[] inner = affine(block + "ffn1", norm(block + "norm2", attended));
            for (int i = 0; i < inner.length; i++) {
                inner[i] = Math.max(0, inner[i]);
            }
            result[t] = sum(attended, affine(block + "ffn2", inner));
        }
        return result;
    }

    /** Scores of items by index. */
    double[] scores(int[] window, int[] history, float[][] layers, int[] items) {
        double[] scores = new double[items.length];
        double[] state = null;
        for (int c = 0; c < items.length; c++) {
            if (c == 0 || backbone.equals("din")) {
                state = userState(window, history, items[c]);
            }
            scores[c] = score(state, layers, items[c]);
        }
        return scores;
    }

    /** Scores of items by index, of a raw input. */
    double[] scores(float[] input, float[][] layers, int[] items) {
        double[] scores = new double[items.length];
        for (int c = 0; c < items.length; c++) {
            scores[c] = score(features(input), layers, items[c]);
        }
        return scores;
    }

    /** The features of a raw input. */
    double[] features(float[] input) {
        double[] x = new double[input.length];
        for (int i = 0; i < x.length; i++) {
            x[i] = input[i];
        }
        double[] inner = affine("perceptron.1", x);
        for (int i = 0; i < inner.length; i++) {
            inner[i] = Math.max(0, inner[i]);
        }
        return norm("norm", affine("perceptron.2", inner));
    }

    private double score(double[] state, float[][] layers, int item) {
        double[] x = state;
        for (int n = 0; n < layers.length; n++) {
            double[] y = new double[d];
            for (int j = 0; j < d; j++) {
                y[j] = layers[n][d * d + j];
                for (int i = 0; i < d; i++) {
                    y[j] += x[i] * layers[n][i * d + j];
                }
                y[j] = n < layers.length - 1 ? Math.tanh(y[j]) : y[j];
            }
            x = y;
        }
        double score = values("item.bias")[item];
        for (int i = 0; i < d; i++) {
            score += x[i] * values("item.embedding")[item * d + i];
        }
        return score;
    }

    private static double[] softmax(double[] logits) {
        double maximum = java.util.Arrays.stream(logits).max().orElse(0);
        double[] shares = new double[logits.length];
        double sum = 0;
        for (int j = 0; j < logits.length; j++) {
            shares[j] = Math.exp(logits[j] - maximum);
            sum += shares[j];
        }
        for (int j = 0; j < logits.length; j++) {
            shares[j] /= sum;
        }
        return shares;
    }

    private double[] affine(String layer, double[] x) {
        float[] weight = values(layer + ".weight");
        float[] bias = values(layer + ".bias");
        double[] y = new double[bias.length];
        for (int j = 0; j < y.length; j++) {
            y[j] = bias[j];
            for (int i = 0; i < x.length; i++) {
                y[j] += x[i] * weight[i * y.length + j];
            }
        }
        return y;
    }

    private double[] norm(String layer, double[] x) {
        double mean = 0;
        for (double value : x) {
            mean += value / x.length;
        }
        double variance = 0;
        for (double value : x) {
            variance += (value - mean) * (value - mean) / x.length;
        }
        float[] gamma = values(layer + ".gamma");
        float[] beta = values(layer + ".beta");
        double[] y = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            y[i] = (x[i] - mean) / Math.sqrt(variance + 1e-5) * gamma[i] + beta[i];
        }
        return y;
    }

    private static double[] sum(double[] a, double[] b) {
        double[] sum = a.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += b[i];
        }
        return sum;
    }

    private float[] values(String name) {
        return tensors.get(name).values();
    }
}
