package duet.simulator.measurement;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.AbstractHistogram;

/**
 * A curve point says that a share of the values is at most so many milliseconds.
 *
 * @param percentile 0 to 100
 * @param millis this share of the values is at most so many milliseconds
 */
public record CurvePoint(double percentile, double millis) {
    private static final double[] CURVE = {
        0, 5, 10, 20, 30, 40, 50, 60, 70, 75, 80, 85, 90, 92.5, 95, 96, 97, 98, 99, 99.2, 99.5,
        99.7, 99.8, 99.9, 99.95, 99.99, 99.995, 99.999
    };

    /**
     * Returns the curve of a histogram of microseconds, up to the last percentile that the number
     * of values can tell, then the maximum.
     */
    public static List<CurvePoint> curve(AbstractHistogram micros) {
        long count = micros.getTotalCount();
        List<CurvePoint> points = new ArrayList<>();
        for (double percentile : CURVE) {
            if (count * (1 - percentile / 100) >= 1) {
                points.add(new CurvePoint(percentile, LatencySummary.millis(micros, percentile)));
            }
        }
        if (count > 1) {
            points.add(new CurvePoint(100 * (1 - 1.0 / count), LatencySummary.millis(micros, 100)));
        }
        return points;
    }
}
