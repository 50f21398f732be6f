package duet.studies.image;

import duet.schemas.evaluation.UserRanking;

/**
 * The quality says how well samples are classified.
 *
 * @param samples how many
 * @param accuracy share whose own class has the highest score, alone
 * @param userAuc mean over samples of the share of the other classes that score below their own; a
 *     tie counts half
 */
public record ImageQuality(int samples, double accuracy, double userAuc) {

    /** An accumulator collects the scores of samples. It is not thread-safe. */
    static final class Accumulator {
        private final long[] labels;
        private int samples;
        private int right;
        private double userAuc;

        /** Collects scores that come in the order of these classes. */
        Accumulator(long[] labels) {
            this.labels = labels;
        }

        void add(long label, float[] scores) {
            float positive = Float.NaN;
            float[] others = new float[labels.length - 1];
            for (int i = 0, o = 0; i < labels.length; i++) {
                if (labels[i] == label) {
                    positive = scores[i];
                } else {
                    others[o++] = scores[i];
                }
            }
            samples++;
            UserRanking ranking = UserRanking.of(positive, others);
            right += ranking.rank() == 1 ? 1 : 0;
            userAuc += ranking.userAuc();
        }

        ImageQuality result() {
            return new ImageQuality(samples, (double) right / samples, userAuc / samples);
        }
    }
}
