package duet.model.training;

/** Hears how a training goes on; called on the training's thread, between steps. */
public interface TrainingListener {
    /** Ignores everything. */
    TrainingListener NONE = new TrainingListener() {};

    /** After every step. */
    default void onProgress(TrainingProgress progress) {}

    /** After every epoch, once it is validated. */
    default void onEpoch(EpochMetrics metrics) {}
}
