package duet.simulator.summary;

import duet.schemas.evaluation.RankingMetrics;
import duet.simulator.measurement.LatencySummary;
import duet.simulator.measurement.Stage;
import duet.simulator.threshold.Metric;
import duet.simulator.threshold.Threshold;
import duet.simulator.threshold.Unit;
import java.util.List;
import java.util.OptionalDouble;

/**
 * Holds the figures of a run against its thresholds. What a run did not measure, it does not keep.
 */
public final class Thresholds {
    private static final double MILLIS_PER_SECOND = 1000;
    private static final double PERCENT = 100;

    private Thresholds() {}

    /** Returns what became of each threshold, in their order. */
    public static List<ThresholdResult> judge(List<Threshold> thresholds, RunSummary summary) {
        return thresholds.stream()
                .map(
                        threshold -> {
                            OptionalDouble value = value(threshold, summary);
                            return new ThresholdResult(
                                    threshold.toString(),
                                    value.isPresent() ? value.getAsDouble() : null,
                                    value.isPresent() && threshold.holds(value.getAsDouble()));
                        })
                .toList();
    }

    /**
     * Returns what a threshold is about, of the steady state, in the threshold's unit; empty where
     * the run did not measure it.
     */
    public static OptionalDouble value(Threshold threshold, RunSummary summary) {
        String name = threshold.metric().name();
        return switch (threshold.metric().kind()) {
            case TIME -> time(name, threshold.unit(), summary);
            case WINDOWS -> windows(name, threshold.unit(), summary);
            case NUMBER -> number(name, summary);
            case QUALITY -> quality(name, summary);
        };
    }

    private static OptionalDouble time(String name, Unit unit, RunSummary summary) {
        int point = name.indexOf('.');
        String stage = point < 0 ? Stage.EVENT_TO_APPLIED.key() : name.substring(0, point);
        LatencySummary latency = summary.measured().latencyMs().get(stage);
        if (latency == null || latency.count() == 0) {
            return OptionalDouble.empty();
        }
        double millis = latency.named(name.substring(point + 1));
        return OptionalDouble.of(unit == Unit.SECONDS ? millis / MILLIS_PER_SECOND : millis);
    }

    private static OptionalDouble windows(String name, Unit unit, RunSummary summary) {
        Delivery delivery = summary.delivery();
        long unsent = summary.loadGenerator().unsent();
        long sent = delivery.accounts().windows();
        long due = sent + delivery.sending().sendFailures() + unsent;
        return switch (name) {
            case "lost" -> share(delivery.accounts().unanswered(), sent, unit);
            case "deadLetters" -> share(delivery.accounts().deadLetters(), sent, unit);
            case "unsent" -> share(unsent, due, unit);
            case "sendFailures" -> share(delivery.sending().sendFailures(), due, unit);
            default -> throw unknown(name);
        };
    }

    private static OptionalDouble share(long count, long of, Unit unit) {
        if (of == 0) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(unit == Unit.PERCENT ? PERCENT * count / of : count);
    }

    private static OptionalDouble number(String name, RunSummary summary) {
        return switch (name) {
            case "rate" -> OptionalDouble.of(summary.run().rate().achievedPerSecond());
            case "bytesPerDelta" ->
                    summary.delivery().accounts().deltas() == 0
                            ? OptionalDouble.empty()
                            : OptionalDouble.of(summary.delivery().sizes().bytesPerDelta());
            default -> throw unknown(name);
        };
    }

    private static OptionalDouble quality(String name, RunSummary summary) {
        if (summary.quality().global() == null || summary.quality().personalized() == null) {
            return OptionalDouble.empty();
        }
        int point = name.indexOf('.');
        String metric = name.substring(point + 1);
        double global = metric(metric, summary.quality().global());
        double personalized = metric(metric, summary.quality().personalized());
        double value =
                switch (name.substring(0, point)) {
                    case Metric.GAIN -> personalized - global;
                    case Metric.PERSONALIZED -> personalized;
                    case Metric.GLOBAL -> global;
                    default -> throw unknown(name);
                };
        return Double.isNaN(value) ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    private static double metric(String name, RankingMetrics metrics) {
        return switch (name) {
            case "auc" -> metrics.auc();
            case "userAuc" -> metrics.userAuc();
            case "ndcg5" -> metrics.ndcg5();
            case "hr5" -> metrics.hr5();
            case "ndcg10" -> metrics.ndcg10();
            case "hr10" -> metrics.hr10();
            case "ndcg20" -> metrics.ndcg20();
            case "hr20" -> metrics.hr20();
            default -> throw unknown(name);
        };
    }

    private static IllegalStateException unknown(String name) {
        return new IllegalStateException("a threshold on " + name);
    }
}
