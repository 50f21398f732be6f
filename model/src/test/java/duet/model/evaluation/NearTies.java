package duet.model.evaluation;

import static org.assertj.core.api.Assertions.assertThat;

import duet.model.Rounding;
import duet.schemas.evaluation.RankingMetrics;
import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * The metrics of users, whichever way their near ties fall. Scores of a batch and of one differ by
 * rounding, which may swap two of them; every metric grows with the score of the positive, so that
 * it lies between the metrics with all positives moved down and up by that much. Where nobody has a
 * near tie, both are the same.
 */
final class NearTies {
    private final RankingMetrics.Accumulator lowest = new RankingMetrics.Accumulator();
    private final RankingMetrics.Accumulator highest = new RankingMetrics.Accumulator();

    /** Adds one user's scores, the positive first. */
    void add(float[] scores) {
        float[] negatives = Arrays.copyOfRange(scores, 1, scores.length);
        float rounding = Rounding.tolerance(scores);
        lowest.add(scores[0] - rounding, negatives);
        highest.add(scores[0] + rounding, negatives);
    }

    /** Asserts that these are the metrics of the users that were added. */
    void assertAreOf(RankingMetrics actual) {
        RankingMetrics low = lowest.result();
        RankingMetrics high = highest.result();
        assertThat(actual.users()).isEqualTo(low.users());
        Stream.<ToDoubleFunction<RankingMetrics>>of(
                        RankingMetrics::auc,
                        RankingMetrics::userAuc,
                        RankingMetrics::ndcg5,
                        RankingMetrics::hr5,
                        RankingMetrics::ndcg10,
                        RankingMetrics::hr10,
                        RankingMetrics::ndcg20,
                        RankingMetrics::hr20)
                .forEach(
                        metric ->
                                assertThat(metric.applyAsDouble(actual))
                                        .as("%s between those of %s and %s", actual, low, high)
                                        .isBetween(
                                                metric.applyAsDouble(low) - 1e-9,
                                                metric.applyAsDouble(high) + 1e-9));
    }
}
