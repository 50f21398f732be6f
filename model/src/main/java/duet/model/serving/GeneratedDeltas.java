package duet.model.serving;

import duet.schemas.bundle.Dimensions;
import java.nio.FloatBuffer;

/**
 * What the generator made for a batch of devices: per device a distribution embedding [d_z] and per dynamic layer a residual
 * over the global classifier, as factors of low rank or as a matrix. Independent of the generator that made it.
 */
public final class GeneratedDeltas {
    private final int size;
    private final FloatBuffer embeddings;
    private final FloatBuffer[] layers;
    private final Dimensions dimensions;

    GeneratedDeltas(int size, FloatBuffer embeddings, FloatBuffer[] layers, Dimensions dimensions) {
        this.size = size;
        this.embeddings = embeddings;
        this.layers = layers;
        this.dimensions = dimensions;
    }

    /** Nothing, for a batch of no device. */
    static GeneratedDeltas none(Dimensions dimensions) {
        return new GeneratedDeltas(
                0,
                FloatBuffer.allocate(0),
                new FloatBuffer[dimensions.dynamicLayers()],
                dimensions);
    }

    /** Number of devices. */
    public int size() {
        return size;
    }

    /** Number of dynamic layers, N. */
    public int layers() {
        return layers.length;
    }

    /** Distribution embedding of a device, by its place in the batch; a new array. */
    public float[] embedding(int device) {
        float[] values = new float[dimensions.embeddingWidth()];
        embeddings.get(checkDevice(device) * values.length, values);
        return values;
    }

    /**
     * What was generated for dynamic layer {@code n}, from 1, of a device, as it travels: row-major [2 r + 1, d], the
     * vectors u, the vectors v and the bias; for rank 0 the matrix itself. A new array.
     */
    public float[] layer(int device, int n) {
        float[] values = new float[dimensions.generatedSize()];
        layers[checkLayer(n) - 1].get(checkDevice(device) * values.length, values);
        return values;
    }

    /**
     * Residual of dynamic layer {@code n}, from 1, of a device: row-major [d + 1, d], the last row the bias; a new array.
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

    private int checkDevice(int device) {
        if (device < 0 || device >= size) {
            throw new IndexOutOfBoundsException(
                    "device %d of a batch of %d".formatted(device, size));
        }
        return device;
    }

    private int checkLayer(int n) {
        if (n < 1 || n > layers.length) {
            throw new IndexOutOfBoundsException(
                    "dynamic layer %d, there are 1 to %d".formatted(n, layers.length));
        }
        return n;
    }
}
