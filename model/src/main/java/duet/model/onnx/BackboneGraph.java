package duet.model.onnx;

/** Writes the nodes of a backbone. */
interface BackboneGraph {
    /**
     * Returns the value of the user states: [batch, 1, d], or [batch, C, d] of a backbone whose
     * states depend on the candidate.
     *
     * @param window the input that the backbone reads, [batch, L] item indices or [batch, inputs]
     *     numbers
     * @param candidates item indices [batch, C]
     */
    String state(String window, String candidates);
}
