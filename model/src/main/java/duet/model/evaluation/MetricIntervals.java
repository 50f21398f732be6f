package duet.model.evaluation;

import duet.model.statistics.MeanInterval;
import duet.schemas.evaluation.RankingMetrics;
import duet.schemas.evaluation.UserRanking;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Holds the intervals of the metrics that are means over users: all but the {@code auc} over all
 * scores at once, which is none.
 *
 * @param byMetric by the names the metrics have in JSON
 */
public record MetricIntervals(Map<String, MeanInterval> byMetric) {
    private static final Map<String, ToDoubleFunction<UserRanking>> METRICS = metrics();

    private static Map<String, ToDoubleFunction<UserRanking>> metrics() {
        Map<String, ToDoubleFunction<UserRanking>> metrics = new LinkedHashMap<>();
        metrics.put("userAuc", UserRanking::userAuc);
        for (int k : RankingMetrics.CUTOFFS) {
            metrics.put("ndcg" + k, user -> user.ndcg(k));
            metrics.put("hr" + k, user -> user.hr(k));
        }
        return metrics;
    }

    /**
     * Returns by how much the first rankings are better than the second, user by user.
     *
     * @param first of each user
     * @param second of the same users, in the same order
     */
    public static MetricIntervals ofDifferences(List<UserRanking> first, List<UserRanking> second) {
        if (first.size() != second.size()) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "%,d rankings and %,d are not of the same users",
                            first.size(),
                            second.size()));
        }
        Sums apart = new Sums();
        apart.addDifferences(first, second);
        return apart.result();
    }

    /** Returns the interval of a metric. */
    public MeanInterval of(String metric) {
        return byMetric.get(metric);
    }

    /** Collects the rankings of users, or how two rankings of each user differ. */
    static final class Sums {
        private final Map<String, MeanInterval.Sum> sums = new LinkedHashMap<>();

        Sums() {
            METRICS.keySet().forEach(name -> sums.put(name, new MeanInterval.Sum()));
        }

        void add(UserRanking user) {
            METRICS.forEach((name, metric) -> sums.get(name).add(metric.applyAsDouble(user)));
        }

        /** Adds by how much the first is better than the second, user by user. */
        void addDifferences(List<UserRanking> first, List<UserRanking> second) {
            for (int i = 0; i < first.size(); i++) {
                UserRanking one = first.get(i);
                UserRanking other = second.get(i);
                METRICS.forEach(
                        (name, metric) ->
                                sums.get(name)
                                        .add(
                                                metric.applyAsDouble(one)
                                                        - metric.applyAsDouble(other)));
            }
        }

        MetricIntervals result() {
            Map<String, MeanInterval> intervals = new LinkedHashMap<>();
            sums.forEach((name, sum) -> intervals.put(name, sum.result()));
            return new MetricIntervals(intervals);
        }
    }
}
