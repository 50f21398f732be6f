package duet.studies.image;

import java.util.Arrays;
import java.util.List;

/**
 * Estimates how often a device sees each class from what a classifier says of its unlabelled
 * images, by expectation maximisation (Saerens, Latinne and Decaestecker, 2002). A device can do
 * that for itself, without the cloud: what a generated delta brings beyond it is not the mix alone.
 */
final class ClassMixEstimate {
    private static final int ITERATIONS = 50;

    /** Every class counts as if so many more images had shown it. */
    private static final double PSEUDO_COUNT = 1;

    private ClassMixEstimate() {}

    /**
     * Returns the estimated share of each class.
     *
     * @param scores logits of every class for each image, of a classifier that has learned from as
     *     many images of one class as of any other
     */
    static double[] of(List<float[]> scores) {
        int classes = scores.get(0).length;
        List<double[]> likelihoods = scores.stream().map(ClassMixEstimate::likelihoods).toList();
        double[] mix = new double[classes];
        Arrays.fill(mix, 1.0 / classes);
        for (int iteration = 0; iteration < ITERATIONS; iteration++) {
            double[] counts = new double[classes];
            Arrays.fill(counts, PSEUDO_COUNT);
            for (double[] likelihood : likelihoods) {
                double sum = 0;
                for (int c = 0; c < classes; c++) {
                    sum += mix[c] * likelihood[c];
                }
                for (int c = 0; c < classes; c++) {
                    counts[c] += mix[c] * likelihood[c] / sum;
                }
            }
            double all = likelihoods.size() + PSEUDO_COUNT * classes;
            for (int c = 0; c < classes; c++) {
                mix[c] = counts[c] / all;
            }
        }
        return mix;
    }

    /** Returns the logits of a device that sees the classes in these shares. */
    static float[] corrected(float[] scores, double[] mix) {
        float[] corrected = scores.clone();
        for (int c = 0; c < mix.length; c++) {
            corrected[c] += (float) Math.log(mix[c] * mix.length);
        }
        return corrected;
    }

    private static double[] likelihoods(float[] scores) {
        double largest = Double.NEGATIVE_INFINITY;
        for (float score : scores) {
            largest = Math.max(largest, score);
        }
        double[] likelihoods = new double[scores.length];
        for (int c = 0; c < scores.length; c++) {
            likelihoods[c] = Math.exp(scores[c] - largest);
        }
        return likelihoods;
    }
}
