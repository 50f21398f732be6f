package duet.simulator.measurement;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.HdrHistogram.AbstractHistogram;
import org.HdrHistogram.Histogram;

/**
 * Describes a latency distribution in milliseconds; all values are 0 where nothing was recorded.
 *
 * @param p50 median
 * @param p90 90th percentile
 * @param p99 99th percentile
 * @param p999 99.9th percentile
 * @param max largest value
 * @param mean mean
 * @param count number of values
 */
@JsonPropertyOrder({"p50", "p90", "p99", "p999", "max", "mean", "count"})
public record LatencySummary(
        double p50, double p90, double p99, double p999, double max, double mean, long count) {
    private static final double MICROS_PER_MILLI = 1000;

    /** Summarizes a histogram of microseconds. */
    public static LatencySummary of(AbstractHistogram micros) {
        return new LatencySummary(
                millis(micros, 50),
                millis(micros, 90),
                millis(micros, 99),
                millis(micros, 99.9),
                millis(micros, 100),
                micros.getMean() / MICROS_PER_MILLI,
                micros.getTotalCount());
    }

    /** Summarizes each stage's histogram, by {@link Stage#key} in order. */
    public static Map<String, LatencySummary> byKey(Map<Stage, Histogram> histograms) {
        Map<String, LatencySummary> summaries = new LinkedHashMap<>();
        for (Stage stage : Stage.values()) {
            summaries.put(stage.key(), of(histograms.getOrDefault(stage, RunHistograms.nothing())));
        }
        return summaries;
    }

    /**
     * Returns the percentile of that name, in milliseconds.
     *
     * @param name p50, p90, p99, p999 or max
     */
    public double named(String name) {
        return switch (name) {
            case "p50" -> p50;
            case "p90" -> p90;
            case "p99" -> p99;
            case "p999" -> p999;
            case "max" -> max;
            default -> throw new IllegalArgumentException("a percentile " + name);
        };
    }

    static double millis(AbstractHistogram micros, double percentile) {
        return micros.getTotalCount() == 0
                ? 0
                : micros.getValueAtPercentile(percentile) / MICROS_PER_MILLI;
    }
}
