package duet.model.training;

import com.fasterxml.jackson.annotation.JsonInclude;
import duet.schemas.evaluation.RankingMetrics;
import org.jspecify.annotations.Nullable;

/**
 * Tells what an epoch gave.
 *
 * @param phase what was trained
 * @param epoch from 1 within its phase
 * @param loss mean loss of a scored interaction: binary cross-entropy of the positive plus that of
 *     its negatives
 * @param validation ranking of each user's last training item: of the global classifier in the
 *     network's phase, of the personalized one at age 0 otherwise
 * @param selection userAuc the epoch is selected by: that of {@code validation}, its mean over the
 *     ages validated, or the mean of that and the global model's where both are trained together
 * @param best whether no epoch of the phase was better so far
 * @param divergence why the phase ended in the epoch after this one, before it was done; null, and
 *     then not in JSON, as long as numbers are finite
 */
public record EpochMetrics(
        TrainingPhase phase,
        int epoch,
        double loss,
        RankingMetrics validation,
        double selection,
        boolean best,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Divergence divergence) {

    /** Tells what an epoch gave after which nothing was found that was not finite. */
    public EpochMetrics(
            TrainingPhase phase,
            int epoch,
            double loss,
            RankingMetrics validation,
            double selection,
            boolean best) {
        this(phase, epoch, loss, validation, selection, best, null);
    }

    /** Returns this epoch as the last sound one of its phase. */
    EpochMetrics before(Divergence value) {
        return new EpochMetrics(phase, epoch, loss, validation, selection, best, value);
    }
}
