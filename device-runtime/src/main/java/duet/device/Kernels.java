package duet.device;

/**
 * Does dense float32 arithmetic on row-major arrays. Vectors are rows: {@code x·W} walks W row by
 * row, so that memory is read in order and the inner loops are vectorized by the JIT.
 */
final class Kernels {
    /** This is LayerNorm's epsilon, the same as in training. */
    private static final float EPSILON = 1e-5f;

    /**
     * Holds the float of every byte, -128 first: a load takes two thirds of the time of a
     * conversion, which the JIT does not vectorize.
     */
    private static final float[] BYTES = bytes();

    private Kernels() {}

    /**
     * Computes {@code y += x·W} for one row. It takes four rows of W at a time, so that y is read
     * and written a quarter as often.
     *
     * @param weight [inputs, outputs]
     */
    static void addProduct(
            float[] x, int xAt, int inputs, float[] weight, float[] y, int yAt, int outputs) {
        int i = 0;
        for (; i <= inputs - 4; i += 4) {
            float x0 = x[xAt + i];
            float x1 = x[xAt + i + 1];
            float x2 = x[xAt + i + 2];
            float x3 = x[xAt + i + 3];
            int row0 = i * outputs;
            int row1 = row0 + outputs;
            int row2 = row1 + outputs;
            int row3 = row2 + outputs;
            for (int j = 0; j < outputs; j++) {
                y[yAt + j] +=
                        (x0 * weight[row0 + j] + x1 * weight[row1 + j])
                                + (x2 * weight[row2 + j] + x3 * weight[row3 + j]);
            }
        }
        for (; i < inputs; i++) {
            addScaled(x[xAt + i], weight, i * outputs, y, yAt, outputs);
        }
    }

    /** Computes {@code y += x·W + b} for one row. */
    static void addAffine(
            float[] x,
            int xAt,
            int inputs,
            float[] weight,
            float[] bias,
            float[] y,
            int yAt,
            int outputs) {
        for (int j = 0; j < outputs; j++) {
            y[yAt + j] += bias[j];
        }
        addProduct(x, xAt, inputs, weight, y, yAt, outputs);
    }

    /**
     * Computes the inner product. It keeps four running sums, because a single one would wait for
     * every addition.
     */
    static float dot(float[] a, int aAt, float[] b, int bAt, int length) {
        float sum0 = 0;
        float sum1 = 0;
        float sum2 = 0;
        float sum3 = 0;
        int i = 0;
        for (; i <= length - 4; i += 4) {
            sum0 += a[aAt + i] * b[bAt + i];
            sum1 += a[aAt + i + 1] * b[bAt + i + 1];
            sum2 += a[aAt + i + 2] * b[bAt + i + 2];
            sum3 += a[aAt + i + 3] * b[bAt + i + 3];
        }
        for (; i < length; i++) {
            sum0 += a[aAt + i] * b[bAt + i];
        }
        return (sum0 + sum1) + (sum2 + sum3);
    }

    private static float[] bytes() {
        float[] floats = new float[1 << Byte.SIZE];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = i + Byte.MIN_VALUE;
        }
        return floats;
    }

    /** Computes the inner product of a vector and a row of bytes, as {@link #dot} does. */
    static float dot(float[] a, byte[] b, int bAt, int length) {
        float sum0 = 0;
        float sum1 = 0;
        float sum2 = 0;
        float sum3 = 0;
        int i = 0;
        for (; i <= length - 4; i += 4) {
            sum0 += a[i] * BYTES[b[bAt + i] - Byte.MIN_VALUE];
            sum1 += a[i + 1] * BYTES[b[bAt + i + 1] - Byte.MIN_VALUE];
            sum2 += a[i + 2] * BYTES[b[bAt + i + 2] - Byte.MIN_VALUE];
            sum3 += a[i + 3] * BYTES[b[bAt + i + 3] - Byte.MIN_VALUE];
        }
        for (; i < length; i++) {
            sum0 += a[i] * b[bAt + i];
        }
        return (sum0 + sum1) + (sum2 + sum3);
    }

    /** Computes {@code y += factor * x}. */
    static void addScaled(float factor, float[] x, int xAt, float[] y, int yAt, int length) {
        for (int i = 0; i < length; i++) {
            y[yAt + i] += factor * x[xAt + i];
        }
    }

    /** Computes the LayerNorm of one row with the biased variance. */
    static void layerNorm(
            float[] x, int xAt, float[] gamma, float[] beta, float[] y, int yAt, int width) {
        float sum = 0;
        for (int i = 0; i < width; i++) {
            sum += x[xAt + i];
        }
        float mean = sum / width;
        float squares = 0;
        for (int i = 0; i < width; i++) {
            float centred = x[xAt + i] - mean;
            squares += centred * centred;
        }
        float scale = (float) (1 / Math.sqrt(squares / width + EPSILON));
        for (int i = 0; i < width; i++) {
            y[yAt + i] = (x[xAt + i] - mean) * scale * gamma[i] + beta[i];
        }
    }

    /** Computes the softmax over the first {@code length} values, in place. */
    static void softmax(float[] values, int length) {
        float maximum = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < length; i++) {
            maximum = Math.max(maximum, values[i]);
        }
        float sum = 0;
        for (int i = 0; i < length; i++) {
            values[i] = (float) Math.exp(values[i] - maximum);
            sum += values[i];
        }
        for (int i = 0; i < length; i++) {
            values[i] /= sum;
        }
    }

    static float sigmoid(float x) {
        return (float) (1 / (1 + Math.exp(-x)));
    }

    static void relu(float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = Math.max(0, values[i]);
        }
    }

    static void tanh(float[] values) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) Math.tanh(values[i]);
        }
    }
}
