package duet.model.evaluation;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import duet.schemas.evaluation.RankingMetrics;

/**
 * Holds the ranking of the baseline, the global model fine-tuned for each user, beside the same
 * users' global and personalized ranking.
 *
 * @param users for whom it was done
 * @param setting of each fine-tuning, chosen on the users' validation positives
 * @param secondsPerUser time of one fine-tuning with these, without the choice
 * @param secondsPerGeneration time of generating one delta instead
 * @param global ranking by the global model
 * @param personalized ranking with generated layers
 * @param fineTuned ranking by the fine-tuned models
 */
public record FineTuningQuality(
        int users,
        @JsonUnwrapped Setting setting,
        double secondsPerUser,
        double secondsPerGeneration,
        RankingMetrics global,
        RankingMetrics personalized,
        RankingMetrics fineTuned) {

    /**
     * Returns this of lists of about that length.
     *
     * @see RankingMetrics#ofListsOf
     */
    public FineTuningQuality ofListsOf(int length) {
        return new FineTuningQuality(
                users,
                setting,
                secondsPerUser,
                secondsPerGeneration,
                global.ofListsOf(length),
                personalized.ofListsOf(length),
                fineTuned.ofListsOf(length));
    }

    /**
     * Says how a model is fine-tuned.
     *
     * @param epochs passes over the user's positives
     * @param batch positives in a step
     * @param learningRate Adam's
     */
    public record Setting(int epochs, int batch, double learningRate) {}
}
