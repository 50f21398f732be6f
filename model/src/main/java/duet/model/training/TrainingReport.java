package duet.model.training;

import duet.schemas.evaluation.RankingMetrics;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/** Lists what a training measured, by the names under which it stands in a bundle's manifest. */
public final class TrainingReport {
    private TrainingReport() {}

    /**
     * Returns the validation metrics: {@code validation.global.NAME}, {@code
     * validation.personalized.NAME} with fresh deltas, {@code validation.personalized.age.N.NAME}
     * for each later age, {@code validation.shrinkage}, {@code validation.items.int8.globalLoss}
     * and {@code .personalizedLoss} where that was measured, and {@code diverged.PHASE} with what
     * was found where a phase ended because numbers were no longer finite.
     */
    public static SortedMap<String, Object> metrics(TrainedModel model) {
        SortedMap<String, Object> metrics = new TreeMap<>();
        put(metrics, "validation.global.", model.globalValidation());
        model.personalizedByAge()
                .forEach(
                        (age, ranking) ->
                                put(
                                        metrics,
                                        age == 0
                                                ? "validation.personalized."
                                                : "validation.personalized.age." + age + ".",
                                        ranking));
        metrics.put("validation.shrinkage", model.validation().shrinkage());
        model.validation()
                .int8Items()
                .ifPresent(
                        items -> {
                            metrics.put("validation.items.int8.globalLoss", items.globalLoss());
                            metrics.put(
                                    "validation.items.int8.personalizedLoss",
                                    items.personalizedLoss());
                        });
        for (EpochMetrics epoch : model.epochs()) {
            if (epoch.divergence() != null) {
                metrics.put(
                        "diverged." + epoch.phase().name().toLowerCase(Locale.ROOT),
                        epoch.divergence().line());
            }
        }
        return metrics;
    }

    private static void put(SortedMap<String, Object> metrics, String prefix, RankingMetrics of) {
        metrics.put(prefix + "auc", of.auc());
        metrics.put(prefix + "userAuc", of.userAuc());
        metrics.put(prefix + "ndcg5", of.ndcg5());
        metrics.put(prefix + "hr5", of.hr5());
        metrics.put(prefix + "ndcg10", of.ndcg10());
        metrics.put(prefix + "hr10", of.hr10());
        metrics.put(prefix + "ndcg20", of.ndcg20());
        metrics.put(prefix + "hr20", of.hr20());
    }
}
