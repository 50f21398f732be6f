package duet.simulator.threshold;

import duet.simulator.measurement.Stage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a threshold may be about.
 *
 * @param name as written in a threshold
 * @param kind what its values are
 */
public record Metric(String name, Kind kind) {
    /** What the values of a metric are, which decides the units a limit may have. */
    public enum Kind {
        /** A time; limits in milliseconds or seconds. */
        TIME(Unit.MILLISECONDS, Unit.SECONDS),
        /** A number of windows; limits as a number or in percent of the windows. */
        WINDOWS(Unit.NONE, Unit.PERCENT),
        /** A number that is never negative. */
        NUMBER(Unit.NONE),
        /** A ranking quality or a difference of two, which may be negative. */
        QUALITY(Unit.NONE);

        private final List<Unit> units;

        Kind(Unit... units) {
            this.units = List.of(units);
        }

        /** The units a limit may have. */
        public List<Unit> units() {
            return units;
        }
    }

    /** Percentiles by name; each a key of {@link duet.simulator.measurement.LatencySummary}. */
    public static final List<String> PERCENTILES = List.of("p50", "p90", "p99", "p999", "max");

    /** Ranking metrics by name; each a key of {@link duet.schemas.evaluation.RankingMetrics}. */
    public static final List<String> QUALITIES =
            List.of("auc", "userAuc", "ndcg5", "hr5", "ndcg10", "hr10", "ndcg20", "hr20");

    /** Models that a ranking metric may be of. */
    public static final String PERSONALIZED = "personalized";

    public static final String GLOBAL = "global";

    /** Personalized minus global. */
    public static final String GAIN = "gain";

    private static final Map<String, Metric> BY_NAME = byName();

    /** The metric of that name. */
    static Optional<Metric> named(String name) {
        return Optional.ofNullable(BY_NAME.get(name));
    }

    /** All metrics, in the order the documentation lists them. */
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
