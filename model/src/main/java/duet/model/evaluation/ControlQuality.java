package duet.model.evaluation;

import duet.schemas.evaluation.RankingMetrics;

/**
 * Holds the ranking with deltas that are not the device's own: what they lose shows that a delta is
 * personal.
 *
 * @param otherDevice with the delta of another user, half the list of users further on
 * @param mean with the mean of all users' deltas, as full matrices
 */
public record ControlQuality(RankingMetrics otherDevice, RankingMetrics mean) {
    /**
     * Returns this of lists of about that length.
     *
     * @see RankingMetrics#ofListsOf
     */
    public ControlQuality ofListsOf(int length) {
        return new ControlQuality(otherDevice.ofListsOf(length), mean.ofListsOf(length));
    }
}
