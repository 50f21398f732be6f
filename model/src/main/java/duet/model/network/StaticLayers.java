package duet.model.network;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * Computes what all devices share below the classifier: a backbone that turns windows into user
 * states.
 */
interface StaticLayers {
    /**
     * Returns the user states.
     *
     * @param window [batch, L] int64, left-padded with 0, or raw inputs [batch, inputs]
     * @param candidates [batch, c] int64; read only by a backbone whose states depend on them, else
     *     null is allowed
     * @return [batch, d], or [batch, c, d] of a backbone whose states depend on the candidate
     */
    NDArray state(NDArray window, @Nullable NDArray candidates, Dropout dropout);
}
