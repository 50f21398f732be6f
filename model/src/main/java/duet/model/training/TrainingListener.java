package duet.model.training;

import duet.model.training.sample.Preparation;

/** Hears how a training goes on; called on the training's thread, between steps. */
public interface TrainingListener {
    /** Ignores everything. */
    TrainingListener NONE = new TrainingListener() {};

    /**
     * Is called while the log is prepared, or an interrupted phase taken up, before the first step
     * of a phase.
     */
    default void onPreparation(Preparation part, int done, int total) {}

    /** Is called after every step. */
    default void onProgress(TrainingProgress progress) {}

    /** Is called after every epoch, once it is validated. */
    default void onEpoch(EpochMetrics metrics) {}

    /**
     * Is called where numbers of a phase are no longer finite: the phase ends, and what its best
     * epoch gave is kept.
     *
     * @param kept the best epoch
     */
    default void onDivergence(EpochMetrics kept, Divergence divergence) {}
}
