package duet.model.serving;

import duet.schemas.bundle.Dimensions;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Holds what the generator made for a batch of devices: per device a distribution embedding [d_z]
 * and per dynamic layer a residual over the global classifier, as factors of low rank or as a
 * matrix. It is independent of the generator that made it.
 */
public final class GeneratedDeltas {
    private final int size;
    private final @Nullable Rows embeddings;
    private final @Nullable Rows[] layers;
    private final Dimensions dimensions;

    /**
     * Holds numbers of a batch, some in each row.
     *
     * @param values row by row
     * @param first place of the first in a row
     * @param count how many
     * @param stride numbers in a row
     */
    record Rows(float[] values, int first, int count, int stride) {
        int at(int device) {
            return device * stride + first;
        }

        float[] copy(int device) {
            return Arrays.copyOfRange(values, at(device), at(device) + count);
        }
    }

    GeneratedDeltas(
            int size, @Nullable Rows embeddings, @Nullable Rows[] layers, Dimensions dimensions) {
        this.size = size;
        this.embeddings = embeddings;
        this.layers = layers;
        this.dimensions = dimensions;
    }

    /** Returns the deltas of a batch without devices. */
    static GeneratedDeltas none(Dimensions dimensions) {
        return new GeneratedDeltas(0, null, new Rows[dimensions.dynamicLayers()], dimensions);
    }

    /**
     * Returns these deltas after a look at every number.
     *
     * @throws NonFiniteParametersException naming the first device with one that is not finite
     */
    GeneratedDeltas checked(String modelVersion) {
        float[] seen = null;
        for (int n = 0; n <= layers.length; n++) {
            Rows rows = n == 0 ? embeddings : layers[n - 1];
            if (rows.values() != seen) {
                seen = rows.values();
                int bad = firstNonFinite(seen);
                if (bad >= 0) {
                    throw new NonFiniteParametersException(
                            bad / rows.stride(), nameAt(bad, seen), modelVersion);
                }
            }
        }
        return this;
    }

    private String nameAt(int place, float[] values) {
        for (int n = 1; n <= layers.length; n++) {
            Rows rows = layers[n - 1];
            int column = place % rows.stride();
            if (rows.values() == values
                    && column >= rows.first()
                    && column < rows.first() + rows.count()) {
                return Dimensions.layerName(n);
            }
        }
        return "embedding";
    }

    private static int firstNonFinite(float[] values) {
        float largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value)); // NaN stays; vectorized
        }
        if (largest <= Float.MAX_VALUE) {
            return -1;
        }
        int i = 0;
        while (Float.isFinite(values[i])) {
            i++;
        }
        return i;
    }

    /** Returns the number of devices. */
    public int size() {
        return size;
    }

    /** Returns the number of dynamic layers, N. */
    public int layers() {
        return layers.length;
    }

    /** Returns the distribution embedding of a device, by its place in the batch; a new array. */
    public float[] embedding(int device) {
        checkDevice(device);
        return embeddings.copy(device);
    }

    /**
     * Returns what was generated for dynamic layer {@code n}, from 1, of a device, as it travels:
     * row-major [2 r + 1, d], the vectors u, the vectors v and the bias; for rank 0 the matrix
     * itself. The array is a new one.
     */
    public float[] layer(int device, int n) {
        return checkedLayer(device, n).copy(device);
    }

    /**
     * Returns the array that {@link #layer} is a part of, from {@link #layerStart} on: for who
     * reads it in place. It is the batch's own and must not be changed.
     */
    public float[] layerNumbers(int device, int n) {
        return checkedLayer(device, n).values();
    }

    /**
     * Returns where in {@link #layerNumbers} what was generated for dynamic layer {@code n} of a
     * device begins.
     */
    public int layerStart(int device, int n) {
        return checkedLayer(device, n).at(device);
    }

    /**
     * Returns the residual of dynamic layer {@code n}, from 1, of a device: row-major [d + 1, d],
     * the last row the bias; a new array.
     */
    public float[] matrix(int device, int n) {
        float[] stored = layer(device, n);
        int rank = dimensions.rank();
        if (rank == 0) {
            return stored;
        }
        int width = dimensions.width();
        float[] matrix = new float[dimensions.layerSize()];
        for (int k = 0; k < rank; k++) {
            int right = (rank + k) * width;
            for (int i = 0; i < width; i++) {
                float left = stored[k * width + i];
                for (int j = 0; j < width; j++) {
                    matrix[i * width + j] += left * stored[right + j];
                }
            }
        }
        System.arraycopy(stored, 2 * rank * width, matrix, width * width, width);
        return matrix;
    }

    private Rows checkedLayer(int device, int n) {
        if (n < 1 || n > layers.length) {
            throw new IndexOutOfBoundsException(
                    "dynamic layer " + n + ", there are 1 to " + layers.length);
        }
        checkDevice(device);
        return layers[n - 1];
    }

    private void checkDevice(int device) {
        if (device < 0 || device >= size) {
            throw new IndexOutOfBoundsException("device " + device + " of a batch of " + size);
        }
    }
}
