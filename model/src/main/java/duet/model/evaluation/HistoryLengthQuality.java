package duet.model.evaluation;

import duet.schemas.evaluation.RankingMetrics;
import org.jspecify.annotations.Nullable;

/**
 * Holds the ranking where only the newest interactions of a user are known.
 *
 * @param newest how many; null for all of them
 * @param global with the global classifier
 * @param personalized with layers generated from the same interactions
 */
public record HistoryLengthQuality(
        @Nullable Integer newest, RankingMetrics global, RankingMetrics personalized) {
    /**
     * Returns this of lists of about that length.
     *
     * @see RankingMetrics#ofListsOf
     */
    public HistoryLengthQuality ofListsOf(int length) {
        return new HistoryLengthQuality(
                newest, global.ofListsOf(length), personalized.ofListsOf(length));
    }
}
