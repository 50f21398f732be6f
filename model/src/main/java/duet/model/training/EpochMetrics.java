package duet.model.training;

import duet.schemas.evaluation.RankingMetrics;

/**
 * Tells what an epoch gave.
 *
 * @param phase what was trained
 * @param epoch from 1 within its phase
 * @param loss mean loss of a scored interaction: binary cross-entropy of the positive plus that of
 *     its negatives
 * @param validation ranking of each user's last training item: of the global classifier in the
 *     network's phase, of the personalized one at age 0 otherwise
 * @param selection userAuc the epoch is selected by: that of {@code validation}, or its mean over
 *     the ages validated
 * @param best whether no epoch of the phase was better so far
 */
public record EpochMetrics(
        TrainingPhase phase,
        int epoch,
        double loss,
        RankingMetrics validation,
        double selection,
        boolean best) {}
