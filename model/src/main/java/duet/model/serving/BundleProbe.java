package duet.model.serving;

import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * What a loaded generator must show before devices get deltas of it: for made-up histories of every length that it reads it
 * gives finite numbers of the shapes in its manifest, none of a size that would drown the global classifier. The
 * histories are the same for every bundle of the same sizes.
 */
public final class BundleProbe {
    /** Metric: milliseconds that one device of a batch takes, after the warm-up. */
    public static final String MILLIS_PER_DEVICE = "probeMillisPerDevice";

    /** Metric: the largest magnitude that a delta holds. */
    public static final String LARGEST_NUMBER = "probeLargestNumber";

    /** Weights of a layer are of the order of 1. */
    static final float MAX_NUMBER = 1_000;

    private static final int DEVICES = 64;
    private static final long SEED = 20_230_430;

    private BundleProbe() {}

    /**
     * Probes the generator of a bundle.
     *
     * @return what was measured, by name
     * @throws InvalidInputException naming what is wrong with the numbers it gives
     */
    public static Map<String, Double> check(ModelBundle bundle, ParameterGenerator generator) {
        Dimensions dimensions = bundle.dimensions();
        GeneratedDeltas deltas;
        long start;
        try {
            generate(bundle, generator); // the engine is warm afterwards, at this size of batch too
            start = System.nanoTime();
            deltas = generate(bundle, generator);
        } catch (NonFiniteParametersException e) {
            throw new InvalidInputException("its probe failed: " + e.getMessage(), e);
        }
        double millis = (System.nanoTime() - start) / 1e6 / DEVICES;
        float largest = 0;
        for (int device = 0; device < DEVICES; device++) {
            for (int n = 1; n <= dimensions.dynamicLayers(); n++) {
                largest = Math.max(largest, largest(deltas.layer(device, n)));
            }
        }
        if (largest > MAX_NUMBER) {
            throw new InvalidInputException(
                    "its probe failed: model %s generates the number %s, the limit is %s"
                            .formatted(bundle.modelVersion(), largest, MAX_NUMBER));
        }
        Map<String, Double> measured = new TreeMap<>();
        measured.put(MILLIS_PER_DEVICE, millis);
        measured.put(LARGEST_NUMBER, (double) largest);
        return measured;
    }

    private static GeneratedDeltas generate(ModelBundle bundle, ParameterGenerator generator) {
        Dimensions dimensions = bundle.dimensions();
        SplittableRandom random = new SplittableRandom(SEED);
        if (dimensions.features() > 0) {
            List<float[][]> histories = new ArrayList<>(DEVICES);
            for (int device = 0; device < DEVICES; device++) {
                histories.add(vectors(length(device, dimensions), dimensions.features(), random));
            }
            return generator.generateFromFeatures(histories);
        }
        long[] vocabulary = bundle.vocabulary().ids();
        List<long[]> histories = new ArrayList<>(DEVICES);
        for (int device = 0; device < DEVICES; device++) {
            histories.add(
                    random.ints(length(device, dimensions), 0, vocabulary.length)
                            .mapToLong(index -> vocabulary[index])
                            .toArray());
        }
        return generator.generate(histories);
    }

    /** From one interaction to as many as are kept. */
    private static int length(int device, Dimensions dimensions) {
        return 1 + (int) ((long) device * (dimensions.history() - 1) / (DEVICES - 1));
    }

    private static float[][] vectors(int count, int width, SplittableRandom random) {
        float[][] vectors = new float[count][width];
        for (float[] vector : vectors) {
            for (int i = 0; i < width; i++) {
                vector[i] = (float) random.nextDouble(-1, 1);
            }
        }
        return vectors;
    }

    private static float largest(float[] numbers) {
        float largest = 0;
        for (float number : numbers) {
            largest = Math.max(largest, Math.abs(number));
        }
        return largest;
    }
}
