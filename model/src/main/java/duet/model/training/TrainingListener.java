package duet.model.training;

/** Hears how a training goes on; called on the training's thread, between steps. */
public interface TrainingListener {
    /** Ignores everything. */
    TrainingListener NONE = new TrainingListener() {};

    /** Is called after every step. */
    default void onProgress(TrainingProgress progress) {}

    /** Is called after every epoch, once it is validated. */
    default void onEpoch(EpochMetrics metrics) {}
}
