package duet.model.training;

/**
 * Tells how far a training is.
 *
 * @param phase what is trained
 * @param epoch from 1 within the phase
 * @param epochs most epochs of the phase; it may stop earlier
 * @param batch steps done in this epoch
 * @param batches steps of an epoch
 * @param loss mean loss of the epoch so far
 * @param samplesPerSecond scored interactions a second, in this epoch so far
 * @param secondsLeft at this speed, until the end of this phase's last epoch
 */
public record TrainingProgress(
        TrainingPhase phase,
        int epoch,
        int epochs,
        int batch,
        int batches,
        double loss,
        double samplesPerSecond,
        double secondsLeft) {}
