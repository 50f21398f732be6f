package duet.cli.train;

import duet.cli.option.RankedLog;
import duet.model.data.CandidateLists;
import duet.model.evaluation.FineTuningQuality;
import duet.model.evaluation.MetricIntervals;
import duet.model.evaluation.OfflineEvaluation;
import duet.model.statistics.MeanInterval;
import duet.model.verdict.ControlComparison;
import duet.model.verdict.Verdict;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.evaluation.RankingMetrics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Writes what was evaluated as the JSON of {@code duet evaluate}. */
final class EvaluationDocument {
    private final Map<String, Object> document = new LinkedHashMap<>();

    EvaluationDocument(RankedLog ranked, CandidateLists.Lengths lengths) {
        document.put("modelVersion", ranked.model().modelVersion());
        document.put("split", ranked.split().rule().toString());
        document.put("trainingSplit", ranked.trained().toString());
        document.put("leaks", ranked.leaks());
        Map<String, Object> users = new LinkedHashMap<>();
        users.put("ranked", ranked.candidates().byUser().size());
        users.put("total", ranked.split().users().size());
        document.put("users", users);
        document.put("skipped", ranked.candidates().skipped().byReason());
        document.put("candidates", lengths);
    }

    /**
     * Adds metrics and intervals.
     *
     * @param byAge whether ages were asked for
     * @param shown whether a metric can be told of these lists
     */
    void add(OfflineEvaluation.Result result, boolean byAge, MetricsShown shown) {
        OfflineEvaluation.Intervals intervals = result.intervals();
        document.put("global", result.global());
        document.put("personalized", result.personalized());
        document.put("globalInterval95", shown.ends(intervals.global()));
        document.put("personalizedInterval95", shown.ends(intervals.personalizedByAge().get(0)));
        document.put("difference", shown.differences(intervals.differenceByAge().get(0)));
        if (byAge) {
            document.put("personalizedByAge", result.personalizedByAge());
            document.put(
                    "personalizedByAgeInterval95",
                    mapped(intervals.personalizedByAge(), shown::ends));
            document.put(
                    "differenceByAge", mapped(intervals.differenceByAge(), shown::differences));
        }
    }

    private static <T> SortedMap<Integer, T> mapped(
            SortedMap<Integer, MetricIntervals> byAge, Function<MetricIntervals, T> to) {
        SortedMap<Integer, T> mapped = new TreeMap<>();
        byAge.forEach((age, intervals) -> mapped.put(age, to.apply(intervals)));
        return mapped;
    }

    /** Adds what popularity alone gives for the same users and candidates. */
    void addPopularity(RankingMetrics popularity) {
        document.put("popularity", popularity);
    }

    /** Adds what it all comes to. */
    void add(Verdict verdict) {
        document.put("verdict", verdict.asMap());
    }

    /** Adds a control and how it differs from the model. */
    void add(ControlComparison compared, ModelBundle bundle, MetricsShown shown) {
        Map<String, @Nullable Object> control = new LinkedHashMap<>();
        control.put("modelVersion", bundle.modelVersion());
        control.put("keeps", compared.keeps());
        control.put("global", compared.control().global());
        control.put("personalized", compared.control().personalized());
        control.put("globalInterval95", shown.ends(compared.control().intervals().global()));
        control.put("minusGlobal", shown.differences(compared.minusGlobal()));
        control.put("personalizedMinus", shown.differences(compared.personalizedMinus()));
        control.put(
                "difference",
                shown.differences(compared.control().intervals().differenceByAge().get(0)));
        control.put("bothMinus", shown.differences(compared.bothMinus()));
        document.put("control", control);
    }

    void add(FineTuningQuality tuning, long seed) {
        document.put("fineTuned", tuning.fineTuned());
        Map<String, Object> details = new LinkedHashMap<>();
        details.put("users", tuning.users());
        details.put("seed", seed);
        details.put("epochs", tuning.setting().epochs());
        details.put("batch", tuning.setting().batch());
        details.put("learningRate", tuning.setting().learningRate());
        details.put("secondsPerUser", tuning.secondsPerUser());
        details.put("secondsPerGeneration", tuning.secondsPerGeneration());
        details.put("global", tuning.global());
        details.put("personalized", tuning.personalized());
        document.put("fineTuning", details);
    }

    Map<String, Object> document() {
        return document;
    }

    /**
     * Tells which metrics mean something for lists of that length.
     *
     * @param length of the lists, the positive included
     */
    record MetricsShown(int length) {
        boolean shows(String metric) {
            String cutoff = metric.replaceAll("[^0-9]", "");
            return cutoff.isEmpty() || Integer.parseInt(cutoff) < length;
        }

        /** Returns both ends of each interval; null where it cannot be said. */
        Map<String, @Nullable List<Double>> ends(MetricIntervals intervals) {
            Map<String, @Nullable List<Double>> ends = new LinkedHashMap<>();
            intervals
                    .byMetric()
                    .forEach(
                            (name, interval) ->
                                    ends.put(name, shows(name) ? ends(interval) : null));
            return ends;
        }

        /** Returns mean and interval of each difference. */
        Map<String, @Nullable Object> differences(MetricIntervals intervals) {
            Map<String, @Nullable Object> differences = new LinkedHashMap<>();
            intervals
                    .byMetric()
                    .forEach(
                            (name, interval) -> {
                                Map<String, @Nullable Object> difference = new LinkedHashMap<>();
                                difference.put("mean", shows(name) ? interval.mean() : null);
                                difference.put("interval95", shows(name) ? ends(interval) : null);
                                differences.put(name, difference);
                            });
            return differences;
        }

        private static @Nullable List<Double> ends(MeanInterval interval) {
            return Double.isNaN(interval.halfWidth())
                    ? null
                    : List.of(interval.low(), interval.high());
        }
    }
}
