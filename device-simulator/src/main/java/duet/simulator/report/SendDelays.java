package duet.simulator.report;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;

/** Shows the load generator's own delay as a bar chart that is a table. */
final class SendDelays {
    private static final long[] LIMITS_MICROS = {
        100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000, 100_000, 1_000_000
    };
    private static final double MICROS_PER_MILLI = 1000;

    /**
     * Holds the delays of a range.
     *
     * @param width share of the fullest range, 0 to 100
     */
    record Row(String range, String count, String share, String width) {}

    private SendDelays() {}

    /** Returns the ranges up to the last that has values; none for an empty histogram. */
    static List<Row> rows(Histogram micros) {
        long total = micros.getTotalCount();
        long[] counts = new long[LIMITS_MICROS.length + 1];
        int last = -1;
        long most = 0;
        for (int i = 0; total > 0 && i < counts.length; i++) {
            long from = i == 0 ? 0 : LIMITS_MICROS[i - 1];
            long until = i < LIMITS_MICROS.length ? LIMITS_MICROS[i] - 1 : Long.MAX_VALUE;
            counts[i] =
                    micros.getCountBetweenValues(
                            from, Math.min(until, micros.getHighestTrackableValue()));
            last = counts[i] > 0 ? i : last;
            most = Math.max(most, counts[i]);
        }
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i <= last; i++) {
            rows.add(
                    new Row(
                            range(i),
                            Figures.count(counts[i]),
                            Figures.percent((double) counts[i] / total),
                            Figures.number("%.1f", 100.0 * counts[i] / most)));
        }
        return rows;
    }

    private static String range(int i) {
        return i == 0
                ? "below " + limit(0)
                : i == LIMITS_MICROS.length
                        ? limit(i - 1) + " and more"
                        : limit(i - 1) + " to " + limit(i);
    }

    private static String limit(int i) {
        double millis = LIMITS_MICROS[i] / MICROS_PER_MILLI;
        return Figures.number(millis < 1 ? "%.1f ms" : "%,.0f ms", millis);
    }
}
