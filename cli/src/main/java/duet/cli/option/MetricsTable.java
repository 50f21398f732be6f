package duet.cli.option;

import duet.cli.terminal.Table;
import duet.model.evaluation.MetricIntervals;
import duet.model.statistics.MeanInterval;
import duet.schemas.evaluation.RankingMetrics;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** Shows the ranking quality of the global and the personalized model side by side. */
public final class MetricsTable {

    /** Holds the metrics by the names they have in JSON. */
    public static final Map<String, ToDoubleFunction<RankingMetrics>> METRICS = metrics();

    private MetricsTable() {}

    public static Table of(RankingMetrics global, RankingMetrics personalized) {
        Table table = new Table("", "global", "personalized", "difference");
        METRICS.forEach(
                (name, metric) -> {
                    double before = metric.applyAsDouble(global);
                    double after = metric.applyAsDouble(personalized);
                    table.row(
                            name,
                            Numbers.metric(before),
                            Numbers.metric(after),
                            Numbers.difference(after - before));
                });
        return table;
    }

    /**
     * Shows the quality with half the width of 95 % intervals, where there are some.
     *
     * @param globalIntervals of the global model
     * @param personalizedIntervals of the personalized one
     * @param differences personalized minus global, user by user
     */
    public static Table of(
            RankingMetrics global,
            RankingMetrics personalized,
            MetricIntervals globalIntervals,
            MetricIntervals personalizedIntervals,
            MetricIntervals differences) {
        Table table = new Table("", "global", "personalized", "difference");
        METRICS.forEach(
                (name, metric) -> {
                    double before = metric.applyAsDouble(global);
                    double after = metric.applyAsDouble(personalized);
                    table.row(
                            name,
                            Numbers.metric(before) + margin(before, globalIntervals.of(name)),
                            Numbers.metric(after) + margin(after, personalizedIntervals.of(name)),
                            Numbers.difference(after - before)
                                    + margin(after - before, differences.of(name)));
                });
        return table;
    }

    /** Shows half the width of an interval after its mean; nothing where either is not known. */
    public static String margin(double mean, @Nullable MeanInterval interval) {
        return interval == null || Double.isNaN(mean) || Double.isNaN(interval.halfWidth())
                ? ""
                : String.format(Locale.ROOT, " ± %.4f", interval.halfWidth());
    }

    private static Map<String, ToDoubleFunction<RankingMetrics>> metrics() {
        Map<String, ToDoubleFunction<RankingMetrics>> metrics = new LinkedHashMap<>();
        metrics.put("auc", RankingMetrics::auc);
        metrics.put("userAuc", RankingMetrics::userAuc);
        metrics.put("ndcg5", RankingMetrics::ndcg5);
        metrics.put("hr5", RankingMetrics::hr5);
        metrics.put("ndcg10", RankingMetrics::ndcg10);
        metrics.put("hr10", RankingMetrics::hr10);
        metrics.put("ndcg20", RankingMetrics::ndcg20);
        metrics.put("hr20", RankingMetrics::hr20);
        return metrics;
    }
}
