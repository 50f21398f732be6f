package duet.model.training.sample;

import duet.model.training.options.GeneratorObjective;
import java.util.SplittableRandom;

/**
 * Holds histories and the positives that deltas from them are scored on: those that come up to A
 * interactions later, as a delta is always used some interactions after it was made. Positives are
 * drawn and histories end before them, not the other way round: each positive is then scored about
 * as often as any other. To draw ends and go on to later positives would come back to a user's last
 * ones again and again.
 *
 * @param ends samples before which the histories end
 * @param scored samples that are scored, several for each history, one history after the other
 */
public record AgedHistories(int[] ends, int[] scored) {
    /**
     * Draws a history for each sample, which is scored with it, and the further positives.
     *
     * @param samples first positive of each history
     */
    public static AgedHistories draw(
            TrainingSet set, int[] samples, GeneratorObjective objective, SplittableRandom random) {
        int positions = objective.positions();
        int[] ends = new int[samples.length];
        int[] scored = new int[samples.length * positions];
        for (int i = 0; i < samples.length; i++) {
            // Within the user's history, as ages cut off at its begin would all end there.
            int oldest = set.earlier(samples[i], objective.maxAge());
            ends[i] = oldest + random.nextInt(samples[i] - oldest + 1);
            int ages = set.later(ends[i], objective.maxAge()) - ends[i] + 1;
            scored[i * positions] = samples[i];
            for (int k = 1; k < positions; k++) {
                boolean fresh = random.nextDouble() < objective.freshShare();
                scored[i * positions + k] = fresh ? ends[i] : ends[i] + random.nextInt(ages);
            }
        }
        return new AgedHistories(ends, scored);
    }
}
