package duet.simulator.measurement;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.HdrHistogram.AtomicHistogram;
import org.HdrHistogram.Histogram;

/**
 * Holds latency histograms, one per {@link Stage}: microseconds from 1 to {@link #HIGHEST_MICROS}
 * with three significant digits, of fixed size (about 180 kB a stage). Longer values count as the
 * highest, negative ones (clocks of two machines disagree) as 0; both are counted. Any thread may
 * record and read.
 */
public final class Latencies {
    /** The highest value is one hour. */
    public static final long HIGHEST_MICROS = 3_600_000_000L;

    private static final int SIGNIFICANT_DIGITS = 3;

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

    /** Returns how many values were longer than an hour and stand as one. */
    public long aboveRange() {
        return aboveRange.sum();
    }

    /** Returns how many values were below 0 and stand as 0. */
    public long negative() {
        return negative.sum();
    }

    /** Returns how many values of a stage were longer, at the precision of its histogram. */
    public long above(Stage stage, long micros) {
        AtomicHistogram histogram = histograms.get(stage);
        return histogram.getTotalCount() - histogram.getCountBetweenValues(0, micros);
    }

    public LatencySummary summary(Stage stage) {
        return LatencySummary.of(snapshot(stage));
    }

    /** Returns the summaries of all stages by {@link Stage#key}, in order. */
    public Map<String, LatencySummary> summaries() {
        Map<String, LatencySummary> summaries = new LinkedHashMap<>();
        for (Stage stage : Stage.values()) {
            summaries.put(stage.key(), summary(stage));
        }
        return summaries;
    }

    /** Returns the percentile curve of a stage. */
    public List<CurvePoint> curve(Stage stage) {
        return CurvePoint.curve(snapshot(stage));
    }

    /** Returns the curves of all stages by {@link Stage#key}, in order. */
    public Map<String, List<CurvePoint>> curves() {
        Map<String, List<CurvePoint>> curves = new LinkedHashMap<>();
        for (Stage stage : Stage.values()) {
            curves.put(stage.key(), curve(stage));
        }
        return curves;
    }

    /** Returns copies of all histograms. */
    public Map<Stage, Histogram> histograms() {
        Map<Stage, Histogram> copies = new EnumMap<>(Stage.class);
        histograms.keySet().forEach(stage -> copies.put(stage, snapshot(stage)));
        return copies;
    }

    /** Returns an empty histogram of the same range and precision as those here. */
    static Histogram histogram() {
        return new Histogram(HIGHEST_MICROS, SIGNIFICANT_DIGITS);
    }

    private Histogram snapshot(Stage stage) {
        Histogram copy = histogram();
        copy.add(histograms.get(stage));
        return copy;
    }
}
