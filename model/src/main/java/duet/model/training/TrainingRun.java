package duet.model.training;

import duet.schemas.InvalidInputException;

/**
 * Says how a training is carried out.
 *
 * @param threads that share the work of a batch; with more than one, sums are formed in another
 *     order and dropout draws other masks, so that a model is reproducible for the same number only
 * @param memory what a training that was interrupted goes on from
 */
public record TrainingRun(int threads, PhaseMemory memory) {
    /** Trains on one thread, from the beginning. */
    public static final TrainingRun PLAIN = new TrainingRun(1, PhaseMemory.NONE);

    public TrainingRun {
        if (threads < 1 || threads > 1024) {
            throw new InvalidInputException("threads " + threads + " is out of range");
        }
    }
}
