package duet.model.serving;

import duet.schemas.bundle.Tensor;
import java.util.Map;

/** The few float64 operations of the plain reference implementations. */
final class Matrix {
    private Matrix() {}

    static double[] row(Map<String, Tensor> tensors, String name, int row) {
        Tensor tensor = tensors.get(name);
        int width = tensor.shape()[1];
        double[] values = new double[width];
        for (int i = 0; i < width; i++) {
            values[i] = tensor.values()[row * width + i];
        }
        return values;
    }

    static double[] vector(Map<String, Tensor> tensors, String name) {
        float[] floats = tensors.get(name).values();
        double[] values = new double[floats.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = floats[i];
        }
        return values;
    }

    /** {@code x · W}. */
    static double[] times(double[] x, Tensor weight) {
        int columns = weight.shape()[1];
        double[] product = new double[columns];
        for (int i = 0; i < x.length; i++) {
            for (int j = 0; j < columns; j++) {
                product[j] += x[i] * weight.values()[i * columns + j];
            }
        }
        return product;
    }

    /** {@code x · W + b} of the layer {@code name.weight}, {@code name.bias}. */
    static double[] linear(double[] x, Map<String, Tensor> tensors, String name) {
        return plus(times(x, tensors.get(name + ".weight")), vector(tensors, name + ".bias"));
    }

    static double[] plus(double[] a, double[] b) {
        double[] sum = a.clone();
        for (int i = 0; i < sum.length; i++) {
            sum[i] += b[i];
        }
        return sum;
    }

    static double[] tanh(double[] x) {
        double[] y = x.clone();
        for (int i = 0; i < y.length; i++) {
            y[i] = Math.tanh(y[i]);
        }
        return y;
    }

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    static double[] softmax(double[] logits) {
        double largest = Double.NEGATIVE_INFINITY;
        for (double logit : logits) {
            largest = Math.max(largest, logit);
        }
        double[] shares = new double[logits.length];
        double sum = 0;
        for (int i = 0; i < shares.length; i++) {
            shares[i] = Math.exp(logits[i] - largest);
            sum += shares[i];
        }
        for (int i = 0; i < shares.length; i++) {
            shares[i] /= sum;
        }
        return shares;
    }

    static double[] doubles(float[] values) {
        double[] doubles = new double[values.length];
        for (int i = 0; i < doubles.length; i++) {
            doubles[i] = values[i];
        }
        return doubles;
    }

    static float[] floats(double[] values) {
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = (float) values[i];
        }
        return floats;
    }
}
