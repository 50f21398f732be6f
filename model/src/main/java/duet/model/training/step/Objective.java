package duet.model.training.step;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.SplittableRandom;

/** Says what is minimised. */
public interface Objective {
    /** Returns the samples of an epoch, freshly drawn or shuffled. */
    int[] epoch(SplittableRandom random);

    /** Returns how many interactions are scored for one sample. */
    int scoredPerSample();

    /** Draws all that a step over these samples leaves to chance, but for dropout. */
    Draw draw(int[] samples, SplittableRandom random);

    /** Holds what was drawn for a step. */
    @FunctionalInterface
    interface Draw {
        /**
         * Returns the mean loss of a scored interaction over the samples, a scalar that belongs to
         * {@code step}.
         */
        NDArray loss(NDManager step);
    }
}
