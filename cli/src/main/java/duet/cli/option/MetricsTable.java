package duet.cli.option;

import duet.cli.terminal.Table;
import duet.schemas.evaluation.RankingMetrics;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.ToDoubleFunction;

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
