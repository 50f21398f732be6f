package duet.simulator.measurement;

import duet.schemas.evaluation.RankingMetrics;
import duet.schemas.evaluation.RankingMetrics.Within;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Merges ranking metrics of several parts as means weighted by numbers of rankings. This is exact
 * for means over rankings where the weights are what the means are over; AUC over all scores is not
 * a mean, so there it is an approximation.
 */
public final class WeightedQuality {
    private final List<RankingMetrics> metrics = new ArrayList<>();
    private final List<Long> weights = new ArrayList<>();

    private WeightedQuality() {}

    /**
     * Returns the weighted mean.
     *
     * @param metrics the metrics of a part; null where it has none, which then does not count
     * @param weight number of rankings they stand for
     * @return null where no part has any
     */
    public static <T> @Nullable RankingMetrics mean(
            List<T> parts,
            Function<T, @Nullable RankingMetrics> metrics,
            ToLongFunction<T> weight) {
        WeightedQuality quality = new WeightedQuality();
        for (T part : parts) {
            RankingMetrics of = metrics.apply(part);
            if (of != null) {
                quality.metrics.add(of);
                quality.weights.add(weight.applyAsLong(part));
            }
        }
        return quality.metrics.isEmpty() ? null : quality.mean();
    }

    private RankingMetrics mean() {
        return new RankingMetrics(
                metrics.stream().mapToInt(RankingMetrics::users).sum(),
                mean(RankingMetrics::auc),
                mean(RankingMetrics::userAuc),
                within(RankingMetrics::at5),
                within(RankingMetrics::at10),
                within(RankingMetrics::at20));
    }

    private Within within(Function<RankingMetrics, Within> at) {
        return new Within(
                mean(metrics -> at.apply(metrics).ndcg()), mean(metrics -> at.apply(metrics).hr()));
    }

    private double mean(ToDoubleFunction<RankingMetrics> metric) {
        double sum = 0;
        long weight = 0;
        for (int i = 0; i < metrics.size(); i++) {
            sum += metric.applyAsDouble(metrics.get(i)) * weights.get(i);
            weight += weights.get(i);
        }
        return sum / weight;
    }
}
