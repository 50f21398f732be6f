package duet.simulator.measurement;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.AtomicHistogram;
import org.HdrHistogram.Histogram;

/**
 * Latency histograms, one per {@link Stage}: microseconds from 1 to {@link #HIGHEST_MICROS} with three significant
 * digits, of fixed size (about 180 kB a stage). Longer values count as the highest, negative ones (clocks of two
 * machines disagree) as 0; both are counted. Any thread may record and read.
 */
public final class Latencies {
    /** One hour. */
    public static final long HIGHEST_MICROS = 3_600_000_000L;

    private static final int SIGNIFICANT_DIGITS = 3;
    private static final double[] CURVE = {
        0, 5, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 92.5, 95, 96, 97, 98, 99, 99.2, 99.5,
        99.7, 99.8, 99.9, 99.95, 99.99, 99.995, 99.999
    };

    private final Map<Stage, AtomicHistogram> histograms = new EnumMap<>(Stage.class);
    private final LongAdder aboveRange = new LongAdder();
    private final LongAdder negative = new LongAdder();

    public Latencies() {
        for (Stage stage : Stage.values()) {
            histograms.put(stage, new AtomicHistogram(HIGHEST_MICROS, SIGNIFICANT_DIGITS));
        }
    }

    public void record(Stage stage, long micros) {
        if (micros < 0) {
            negative.increment();
        } else if (micros > HIGHEST_MICROS) {
            aboveRange.increment();
        }
        histograms.get(stage).recordValue(Math.max(0, Math.min(micros, HIGHEST_MICROS)));
    }

    /** Values that were longer than an hour and stand as one. */
    public long aboveRange() {
        return aboveRange.sum();
    }

    /** Values below 0 that stand as 0. */
    public long negative() {
        return negative.sum();
    }

    public LatencySummary summary(Stage stage) {
        return LatencySummary.of(snapshot(stage));
    }

    /** All stages by {@link Stage#key}, in order. */
    public Map<String, LatencySummary> summaries() {
        Map<String, LatencySummary> summaries = new LinkedHashMap<>();
        for (Stage stage : Stage.values()) {
            summaries.put(stage.key(), summary(stage));
        }
        return summaries;
    }

    /** The percentile curve of a stage, up to the last percentile that the number of values can tell, then the maximum. */
    public List<CurvePoint> curve(Stage stage) {
        Histogram histogram = snapshot(stage);
        long count = histogram.getTotalCount();
        List<CurvePoint> points = new ArrayList<>();
        for (double percentile : CURVE) {
            if (count * (1 - percentile / 100) >= 1) {
                points.add(
                        new CurvePoint(percentile, LatencySummary.millis(histogram, percentile)));
            }
        }
        if (count > 1) {
            points.add(
                    new CurvePoint(100 * (1 - 1.0 / count), LatencySummary.millis(histogram, 100)));
        }
        return points;
    }

    /** All curves by {@link Stage#key}, in order. */
    public Map<String, List<CurvePoint>> curves() {
        Map<String, List<CurvePoint>> curves = new LinkedHashMap<>();
        for (Stage stage : Stage.values()) {
            curves.put(stage.key(), curve(stage));
        }
        return curves;
    }

    private Histogram snapshot(Stage stage) {
        Histogram copy = new Histogram(HIGHEST_MICROS, SIGNIFICANT_DIGITS);
        copy.add(histograms.get(stage));
        return copy;
    }
}
