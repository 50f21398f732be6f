package duet.model.training.sample;

import java.util.SplittableRandom;

/**
 * Draws negatives uniformly over the items that are not among a user's training interactions.
 * Validation and test positives may be drawn: leaving them out would tell the model about them.
 */
public final class NegativeSampler {
    /** A user who trained on nearly every item gets, after so many draws, whatever comes. */
    private static final int ATTEMPTS = 50;

    private final TrainingSet set;
    private final int items;

    public NegativeSampler(TrainingSet set, int items) {
        this.set = set;
        this.items = items;
    }

    /**
     * Returns each sample's positive followed by {@code negatives} drawn ones, one sample after the
     * other.
     */
    public long[] candidates(int[] samples, int negatives, SplittableRandom random) {
        long[] candidates = new long[samples.length * (negatives + 1)];
        int at = 0;
        for (int sample : samples) {
            candidates[at++] = set.positive(sample);
            for (int k = 0; k < negatives; k++) {
                candidates[at++] = draw(set.user(sample), random);
            }
        }
        return candidates;
    }

    private int draw(int user, SplittableRandom random) {
        int item = random.nextInt(1, items + 1);
        for (int attempt = 1; attempt < ATTEMPTS && set.isTrained(user, item); attempt++) {
            item = random.nextInt(1, items + 1);
        }
        return item;
    }
}
