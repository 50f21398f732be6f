package duet.model.training.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import duet.model.network.UniversalMetaNetwork;

/**
 * Computes scores of candidates at several positions of each device, all with the device's own
 * classifier.
 */
public final class PersonalizedScores {
    private PersonalizedScores() {}

    /**
     * Returns the scores.
     *
     * @param states [batch, k, d], or [batch, k, c, d] where a state depends on the candidate
     * @param deltas per layer [batch, d + 1, d]
     * @param candidates [batch, k, c]
     * @return [batch, k, c]
     */
    public static NDArray of(
            UniversalMetaNetwork network, NDArray states, NDList deltas, NDArray candidates) {
        if (!network.dependsOnCandidate()) {
            return network.score(network.personalizedHead(states, deltas), candidates);
        }
        long batch = states.getShape().get(0);
        long width = states.getShape().get(3);
        NDArray x =
                network.personalizedHead(states.reshape(batch, -1, width), deltas)
                        .reshape(states.getShape());
        return network.score(x, candidates);
    }
}
