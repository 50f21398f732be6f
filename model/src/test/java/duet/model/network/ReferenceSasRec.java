package duet.model.network;

import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.Tensor;
import java.util.Map;

/**
 * SASRec written down plainly, one position after the other, in double: what the fast network must
 * equal.
 */
final class ReferenceSasRec {
    private ReferenceSasRec() {}

    static double[] state(Dimensions dimensions, Map<String, Tensor> tensors, int[] items) {
        double[][] x = embed(dimensions, tensors, items);
        for (int b = 1; b <= dimensions.blocks(); b++) {
            x = block(dimensions, tensors, items, x, b);
        }
        return norm(tensors, "norm", x[items.length - 1]);
    }

    static double[][] firstBlock(Dimensions dimensions, Map<String, Tensor> tensors, int[] items) {
        return block(dimensions, tensors, items, embed(dimensions, tensors, items), 1);
    }

    private static double[][] embed(
            Dimensions dimensions, Map<String, Tensor> tensors, int[] items) {
        int d = dimensions.width();
        double[][] x = new double[items.length][d];
        for (int t = 0; t < items.length; t++) {
            int recency = items.length - 1 - t;
            for (int c = 0; items[t] > 0 && c < d; c++) {
                x[t][c] =
                        at(tensors, "item.embedding", items[t] * d + c) * Math.sqrt(d)
                                + at(tensors, "position.embedding", recency * d + c);
            }
        }
        return x;
    }

    private static double[][] block(
            Dimensions dimensions, Map<String, Tensor> tensors, int[] items, double[][] x, int b) {
        String name = "block." + b + ".";
        int length = items.length;
        int heads = dimensions.heads();
        int headWidth = dimensions.width() / heads;
        double[][] out = new double[length][];
        for (int t = 0; t < length; t++) {
            double[] query = linear(tensors, name + "query", norm(tensors, name + "norm1", x[t]));
            double[] attended = new double[dimensions.width()];
            for (int h = 0; h < heads; h++) {
                double[] weights = new double[length];
                double sum = 0;
                double max = Double.NEGATIVE_INFINITY;
                for (int s = 0; s < length; s++) {
                    double[] key =
                            linear(tensors, name + "key", norm(tensors, name + "norm1", x[s]));
                    for (int c = h * headWidth; c < (h + 1) * headWidth; c++) {
                        weights[s] += query[c] * key[c];
                    }
                    weights[s] /= Math.sqrt(headWidth);
                    weights[s] += (items[s] > 0 ? 0 : -1e9) + (s <= t ? 0 : -1e9);
                    max = Math.max(max, weights[s]);
                }
                for (int s = 0; s < length; s++) {
                    // As float32 sees it: beside -1e9 nothing else counts.
                    weights[s] =
                            Math.exp(
                                    Math.abs(max - weights[s]) > 1e8
                                            ? -1e9
                                            : max < -1e8 ? 0 : weights[s] - max);
                    sum += weights[s];
                }
                for (int s = 0; s < length; s++) {
                    double[] value =
                            linear(tensors, name + "value", norm(tensors, name + "norm1", x[s]));
                    for (int c = h * headWidth; c < (h + 1) * headWidth; c++) {
                        attended[c] += weights[s] / sum * value[c];
                    }
                }
            }
            double[] y = add(x[t], linear(tensors, name + "output", attended));
            double[] inner = linear(tensors, name + "ffn1", norm(tensors, name + "norm2", y));
            for (int c = 0; c < inner.length; c++) {
                inner[c] = Math.max(0, inner[c]);
            }
            out[t] = add(y, linear(tensors, name + "ffn2", inner));
        }
        return out;
    }

    private static double[] add(double[] a, double[] b) {
        double[] sum = new double[a.length];
        for (int c = 0; c < a.length; c++) {
            sum[c] = a[c] + b[c];
        }
        return sum;
    }

    private static double[] linear(Map<String, Tensor> tensors, String name, double[] x) {
        int out = tensors.get(name + ".bias").values().length;
        double[] y = new double[out];
        for (int o = 0; o < out; o++) {
            y[o] = at(tensors, name + ".bias", o);
            for (int i = 0; i < x.length; i++) {
                y[o] += x[i] * at(tensors, name + ".weight", i * out + o);
            }
        }
        return y;
    }

    private static double[] norm(Map<String, Tensor> tensors, String name, double[] x) {
        double mean = 0;
        double variance = 0;
        for (double value : x) {
            mean += value / x.length;
        }
        for (double value : x) {
            variance += (value - mean) * (value - mean) / x.length;
        }
        double[] y = new double[x.length];
        for (int c = 0; c < x.length; c++) {
            y[c] =
                    (x[c] - mean) / Math.sqrt(variance + 1e-5) * at(tensors, name + ".gamma", c)
                            + at(tensors, name + ".beta", c);
        }
        return y;
    }

    private static double at(Map<String, Tensor> tensors, String name, int index) {
        return tensors.get(name).values()[index];
    }
}
