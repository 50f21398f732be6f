package duet.model.serving;

import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.bundle.QualityProbe;
import duet.schemas.evaluation.UserRanking;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * Checks what a loaded generator must show before devices get deltas of it: for made-up histories
 * of every length that it reads it gives finite numbers of the shapes in its manifest, none of a
 * size that would drown the global classifier. The histories are the same for every bundle of the
 * same sizes. Where the bundle holds a {@link QualityProbe}, its users are ranked for with the
 * generator as it is served and {@code device.onnx}: no worse than when the bundle was exported,
 * and no worse than without deltas.
 */
public final class BundleProbe {
    /** This metric holds the milliseconds that one device of a batch takes, after the warm-up. */
    public static final String MILLIS_PER_DEVICE = "probeMillisPerDevice";

    /** This metric holds the largest magnitude that a delta holds. */
    public static final String LARGEST_NUMBER = "probeLargestNumber";

    /**
     * This metric holds userAuc over the bundle's probe with deltas of the whole histories; only of
     * a bundle with a probe.
     */
    public static final String USER_AUC = "probeUserAuc";

    /**
     * This metric holds userAuc over the bundle's probe with the global classifier; only of a
     * bundle with a probe.
     */
    public static final String GLOBAL_USER_AUC = "probeGlobalUserAuc";

    /**
     * UserAuc may be this much below what was recorded. The same weights rank the same users again,
     * so that only the rounding of another engine is to be expected, which moves single ties: 0.02
     * is far above that, and far below what wrong weights cost.
     */
    static final double MAX_LOSS_AGAINST_RECORDED = 0.02;

    /**
     * UserAuc with deltas may be this much below userAuc without. Of a sound model that gains
     * little, chance may take a percent or so over as few users as a probe has (its standard error
     * over 200); a model that loses more harms devices.
     */
    static final double MAX_LOSS_AGAINST_GLOBAL = 0.02;

    /** No number of a delta may be larger: weights of a layer are of the order of 1. */
    static final float MAX_NUMBER = 1_000;

    private static final int DEVICES = 64;
    private static final long SEED = 20_230_430;

    private BundleProbe() {}

    /**
     * Probes a bundle.
     *
     * @param generator of this bundle
     * @return what was measured, by name
     * @throws InvalidInputException naming what is wrong with the numbers it gives, with how it
     *     ranks, or with its probe
     */
    public static Map<String, Double> check(ModelBundle bundle, ServedGenerator generator) {
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
                    String.format(
                            Locale.ROOT,
                            "its probe failed: model %s generates the number %s, the limit is %s",
                            bundle.modelVersion(),
                            largest,
                            MAX_NUMBER));
        }
        Map<String, Double> measured = new TreeMap<>();
        measured.put(MILLIS_PER_DEVICE, millis);
        measured.put(LARGEST_NUMBER, (double) largest);
        bundle.probe().ifPresent(probe -> measured.putAll(quality(bundle, generator, probe)));
        return measured;
    }

    private static Map<String, Double> quality(
            ModelBundle bundle, ServedGenerator generator, QualityProbe probe) {
        double global = 0;
        double personalized = 0;
        int users = probe.users().size();
        try (DeviceScorer scorer = DeviceScorer.load(bundle)) {
            for (int from = 0; from < users; from += DEVICES) {
                List<QualityProbe.User> batch =
                        probe.users().subList(from, Math.min(users, from + DEVICES));
                List<long[]> histories = batch.stream().map(QualityProbe.User::history).toList();
                List<long[]> candidates = batch.stream().map(BundleProbe::candidates).toList();
                GeneratedDeltas deltas = generator.generate(histories);
                List<float[][]> layers =
                        IntStream.range(0, batch.size())
                                .mapToObj(device -> scorer.personalizedLayers(deltas, device))
                                .toList();
                global += userAucs(bundle, scorer.scoreGlobally(histories, candidates));
                personalized += userAucs(bundle, scorer.score(histories, layers, candidates));
            }
        } catch (NonFiniteParametersException e) {
            throw new InvalidInputException("its probe failed: " + e.getMessage(), e);
        }
        global /= users;
        personalized /= users;
        requireQuality(
                "without deltas",
                global,
                probe.globalUserAuc() - MAX_LOSS_AGAINST_RECORDED,
                "was %.4f when it was exported",
                probe.globalUserAuc());
        requireQuality(
                "with its deltas",
                personalized,
                probe.personalizedUserAuc() - MAX_LOSS_AGAINST_RECORDED,
                "was %.4f when it was exported",
                probe.personalizedUserAuc());
        requireQuality(
                "with its deltas",
                personalized,
                global - MAX_LOSS_AGAINST_GLOBAL,
                "is %.4f without them",
                global);
        return Map.of(GLOBAL_USER_AUC, global, USER_AUC, personalized);
    }

    private static void requireQuality(
            String how, double measured, double least, String against, double compared) {
        if (measured < least) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "its probe failed: userAuc %s is %.4f, it " + against,
                            how,
                            measured,
                            compared));
        }
    }

    private static long[] candidates(QualityProbe.User user) {
        long[] candidates = new long[user.negatives().length + 1];
        candidates[0] = user.positive();
        System.arraycopy(user.negatives(), 0, candidates, 1, user.negatives().length);
        return candidates;
    }

    /**
     * Returns the sum of userAuc over the users, of each of whom the positive's score comes first.
     */
    private static double userAucs(ModelBundle bundle, List<float[]> scores) {
        double sum = 0;
        for (float[] user : scores) {
            for (float score : user) {
                if (!Float.isFinite(score)) {
                    throw new InvalidInputException(
                            "its probe failed: model "
                                    + bundle.modelVersion()
                                    + " gives the score "
                                    + score);
                }
            }
            sum += UserRanking.of(user[0], Arrays.copyOfRange(user, 1, user.length)).userAuc();
        }
        return sum;
    }

    private static GeneratedDeltas generate(ModelBundle bundle, ServedGenerator generator) {
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

    /** Returns the length of a device's history: from one interaction to as many as are kept. */
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
