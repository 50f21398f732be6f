package duet.simulator.threshold;

import duet.simulator.measurement.Stage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A metric is what a threshold may be about.
 *
 * @param name as written in a threshold
 * @param kind what its values are
 */
public record Metric(String name, Kind kind) {
    /** Says what the values of a metric are, which decides the units a limit may have. */
    public enum Kind {
        /** The values are times; limits are in milliseconds or seconds. */
        TIME(Unit.MILLISECONDS, Unit.SECONDS),
        /** The values are numbers of windows; limits are numbers or in percent of the windows. */
        WINDOWS(Unit.NONE, Unit.PERCENT),
        /** The values are numbers that are never negative. */
        NUMBER(Unit.NONE),
        /** The values are ranking qualities or differences of two, which may be negative. */
        QUALITY(Unit.NONE);

        private final List<Unit> units;

        Kind(Unit... units) {
            this.units = List.of(units);
        }

        /** Returns the units a limit may have. */
        public List<Unit> units() {
            return units;
        }
    }

    /**
     * Names the percentiles; each is a key of {@link duet.simulator.measurement.LatencySummary}.
     */
    public static final List<String> PERCENTILES = List.of("p50", "p90", "p99", "p999", "max");

    /**
     * Names the ranking metrics; each is a key of {@link duet.schemas.evaluation.RankingMetrics}.
     */
    public static final List<String> QUALITIES =
            List.of("auc", "userAuc", "ndcg5", "hr5", "ndcg10", "hr10", "ndcg20", "hr20");

    /** Names one of the models that a ranking metric may be of, beside {@link #GLOBAL}. */
    public static final String PERSONALIZED = "personalized";

    public static final String GLOBAL = "global";

    /** Names the difference: personalized minus global. */
    public static final String GAIN = "gain";

    private static final Map<String, Metric> BY_NAME = byName();

    /** Returns the metric of that name. */
    static Optional<Metric> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** Returns all metrics, in the order the documentation lists them. */
    public static List<Metric> all() {
        return List.copyOf(BY_NAME.values());
    }

    private static Map<String, Metric> byName() {
        List<Metric> all = new ArrayList<>();
        PERCENTILES.forEach(p -> all.add(new Metric(p, Kind.TIME)));
        for (Stage stage : Stage.values()) {
            PERCENTILES.forEach(p -> all.add(new Metric(stage.key() + "." + p, Kind.TIME)));
        }
        for (String count : List.of("lost", "unsent", "deadLetters", "sendFailures")) {
            all.add(new Metric(count, Kind.WINDOWS));
        }
        all.add(new Metric("bytesPerDelta", Kind.NUMBER));
        all.add(new Metric("rate", Kind.NUMBER));
        for (String model : List.of(GAIN, PERSONALIZED, GLOBAL)) {
            QUALITIES.forEach(q -> all.add(new Metric(model + "." + q, Kind.QUALITY)));
        }
        Map<String, Metric> byName = new LinkedHashMap<>();
        all.forEach(metric -> byName.put(metric.name, metric));
        return byName;
    }
}
