package duet.model.serving;

import java.nio.FloatBuffer;

/**
 * What the generator made for a batch of devices: per device a distribution embedding [d_z] and per dynamic layer a delta
 * [d + 1, d] over the global classifier. Independent of the generator that made it.
 */
public final class GeneratedDeltas {
    private final int size;
    private final FloatBuffer embeddings;
    private final FloatBuffer[] layers;
    private final int embeddingWidth;
    private final int layerSize;

    GeneratedDeltas(
            int size,
            FloatBuffer embeddings,
            int embeddingWidth,
            FloatBuffer[] layers,
            int layerSize) {
        this.size = size;
        this.embeddings = embeddings;
        this.embeddingWidth = embeddingWidth;
        this.layers = layers;
        this.layerSize = layerSize;
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
        float[] values = new float[embeddingWidth];
        embeddings.get(checkDevice(device) * embeddingWidth, values);
        return values;
    }

    /** Delta of dynamic layer {@code n}, from 1, of a device: row-major [d + 1, d], the last row the bias; a new array. */
    public float[] layer(int device, int n) {
        float[] values = new float[layerSize];
        layers[checkLayer(n) - 1].get(checkDevice(device) * layerSize, values);
        return values;
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
