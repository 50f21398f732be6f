package duet.device;

import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.Tensor;
import java.util.Map;

/**
 * The model as it is written down: every position, both masks, double precision, no shortcut. Slow, and the measure of the
 * fast one.
 */
final class ReferenceSasrec {
    private final Dimensions dimensions;
    private final Map<String, Tensor> tensors;
    private final int d;

    ReferenceSasrec(Dimensions dimensions, Map<String, Tensor> tensors) {
        this.dimensions = dimensions;
        this.tensors = tensors;
        this.d = dimensions.width();
    }

    /** User state of a window of indices, padded with 0 on the left. */
    double[] userState(int[] window) {
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
        for (int b = 1; b <= dimensions.blocks(); b++) {
            x = block("block." + b + ".", x, window);
        }
        return norm("norm", x[length - 1]);
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
                double[] weights = new double[length];
                double maximum = Double.NEGATIVE_INFINITY;
                for (int j = 0; j < length; j++) {
                    for (int i = head; i < head + headWidth; i++) {
                        weights[j] += q[t][i] * k[j][i] / Math.sqrt(headWidth);
                    }
                    weights[j] += j > t ? -1e9 : 0;
                    weights[j] += window[j] == 0 ? -1e9 : 0;
                    maximum = Math.max(maximum, weights[j]);
                }
                double sum = 0;
                for (int j = 0; j < length; j++) {
                    weights[j] = Math.exp(weights[j] - maximum);
                    sum += weights[j];
                }
                for (int j = 0; j < length; j++) {
                    for (int i = head; i < head + headWidth; i++) {
                        context[i] += weights[j] / sum * v[j][i];
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
    double[] scores(int[] window, float[][] layers, int[] items) {
        double[] x = userState(window);
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
        double[] scores = new double[items.length];
        float[] embedding = values("item.embedding");
        for (int c = 0; c < items.length; c++) {
            scores[c] = values("item.bias")[items[c]];
            for (int i = 0; i < d; i++) {
                scores[c] += x[i] * embedding[items[c] * d + i];
            }
        }
        return scores;
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
