package duet.jobs.generation;

import duet.jobs.history.FeatureVectors;
import duet.jobs.history.InteractionContents;
import duet.jobs.history.ItemIds;
import duet.schemas.bundle.DeviceSizes;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.GeneratorSizes;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A generator in plain Java whose numbers follow from the known items of a history, or its feature
 * vectors, alone. It knows the items below {@link #ITEMS} and gives NaN for a history that ends
 * with {@link #POISON}.
 */
public final class PlainGenerator implements DeltaGenerator, Serializable {
    public static final int ITEMS = 100;
    public static final long POISON = 66;
    public static final Dimensions DIMENSIONS =
            new Dimensions(
                    ITEMS,
                    5,
                    6,
                    new DeviceSizes(4, 1, 1, 4),
                    2,
                    GeneratorSizes.recurrent(4, 4, 4, 4, 1));

    private static final long serialVersionUID = 1L;

    private final String version;
    private final Dimensions dimensions;
    private final List<Integer> batches = new ArrayList<>();
    private boolean closed;

    public PlainGenerator() {
        this(0);
    }

    /** A generator that reads vectors of that many features; 0 for item ids. */
    public PlainGenerator(int features) {
        this(Windows.VERSION, features);
    }

    /** A generator of another version, which gives other numbers. */
    public PlainGenerator(String version) {
        this(version, 0);
    }

    private PlainGenerator(String version, int features) {
        this.version = version;
        dimensions = features == 0 ? DIMENSIONS : DIMENSIONS.withFeatures(features, 1);
    }

    /** Sizes of the batches that were generated. */
    public List<Integer> batches() {
        return batches;
    }

    public boolean closed() {
        return closed;
    }

    /** What it gives for a history of items. */
    public static float[] layer(long[] history, int n) {
        return layer(Windows.VERSION, history, n);
    }

    /** What it gives as that version for a history of items. */
    public static float[] layer(String version, long[] history, int n) {
        long[] known = Arrays.stream(history).filter(item -> item < ITEMS).toArray();
        int seed = Arrays.hashCode(known) + version.hashCode() - Windows.VERSION.hashCode();
        float[] values = layer(seed, n);
        if (known[known.length - 1] == POISON) {
            values[7] = Float.NaN;
        }
        return values;
    }

    /**
     * Distribution embedding of a history of items: the share of each, modulo the width of the
     * embedding.
     */
    public static float[] embedding(long[] history) {
        float[] embedding = new float[DIMENSIONS.embeddingWidth()];
        for (long item : history) {
            embedding[(int) (item % embedding.length)] += 1f / history.length;
        }
        return embedding;
    }

    /** What it gives for a history of feature vectors. */
    public static float[] layer(float[][] history, int n) {
        return layer(Arrays.deepHashCode(history), n);
    }

    private static float[] layer(int seed, int n) {
        Random random = new Random(31L * seed + n);
        float[] values = new float[DIMENSIONS.layerSize()];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        return values;
    }

    @Override
    public String modelVersion() {
        return version;
    }

    @Override
    public Dimensions dimensions() {
        return dimensions;
    }

    @Override
    public boolean knows(long itemId) {
        return itemId < ITEMS;
    }

    @Override
    public Deltas generate(List<InteractionContents> histories) {
        batches.add(histories.size());
        return new Deltas() {
            @Override
            public float[] embedding(int device) {
                return dimensions.features() == 0
                        ? PlainGenerator.embedding(((ItemIds) histories.get(device)).ids())
                        : PlainGenerator.layer(
                                ((FeatureVectors) histories.get(device)).vectors(), 0);
            }

            @Override
            public float[] layer(int device, int n) {
                return dimensions.features() == 0
                        ? PlainGenerator.layer(version, ((ItemIds) histories.get(device)).ids(), n)
                        : PlainGenerator.layer(
                                ((FeatureVectors) histories.get(device)).vectors(), n);
            }
        };
    }

    @Override
    public void close() {
        closed = true;
    }
}
