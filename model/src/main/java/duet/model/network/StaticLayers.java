package duet.model.network;

import ai.djl.ndarray.NDArray;

/** What all devices share below the classifier: a backbone that turns windows into user states. */
interface StaticLayers {
    /**
     * User states.
     *
     * @param window [batch, L] int64, left-padded with 0, or raw inputs [batch, inputs]
     * @param candidates [batch, c] int64; read only by a backbone whose states depend on them
     * @return [batch, d], or [batch, c, d] of a backbone whose states depend on the candidate
     */
    NDArray state(NDArray window, NDArray candidates, Dropout dropout);
}
