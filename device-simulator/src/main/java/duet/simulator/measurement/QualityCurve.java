package duet.simulator.measurement;

import java.util.ArrayList;
import java.util.List;

/**
 * Shows ranking quality over time in points that can be compared. The mean of a few rankings says
 * little: its standard error goes with one over the root of their number. So slices with few
 * rankings, such as the last one, are taken together with their neighbours until they have half as
 * many as the median slice, and at least {@link #LEAST}. No ranking is left out, and no point's
 * error is more than about 1.4 times that of a usual one.
 *
 * @param fewest rankings of the point that has the fewest; 0 without a point
 * @param points in the order of time; together they hold every ranking once
 */
public record QualityCurve(long fewest, List<QualityPoint> points) {
    /**
     * A point has at least this many rankings, where there are so many at all: the standard error
     * of a mean user AUC is then at most 0.05.
     */
    public static final int LEAST = 100;

    /** Returns the curve of a timeline. */
    public static QualityCurve of(List<TimelineBucket> slices) {
        List<TimelineBucket> ranked =
                slices.stream().filter(slice -> slice.quality().rankings() > 0).toList();
        long wanted = wanted(ranked);
        List<List<TimelineBucket>> groups = new ArrayList<>();
        List<TimelineBucket> open = new ArrayList<>();
        for (TimelineBucket slice : ranked) {
            open.add(slice);
            if (rankings(open) >= wanted) {
                groups.add(open);
                open = new ArrayList<>();
            }
        }
        if (!open.isEmpty() && !groups.isEmpty()) {
            groups.get(groups.size() - 1).addAll(open);
        } else if (!open.isEmpty()) {
            groups.add(open);
        }
        List<QualityPoint> points = groups.stream().map(QualityCurve::point).toList();
        return new QualityCurve(
                points.stream().mapToLong(QualityPoint::rankings).min().orElse(0), points);
    }

    private static long wanted(List<TimelineBucket> ranked) {
        long[] counts =
                ranked.stream().mapToLong(slice -> slice.quality().rankings()).sorted().toArray();
        return counts.length == 0 ? LEAST : Math.max(LEAST, (counts[counts.length / 2] + 1) / 2);
    }

    private static QualityPoint point(List<TimelineBucket> slices) {
        long rankings = rankings(slices);
        double at = 0;
        double global = 0;
        double personalized = 0;
        for (TimelineBucket slice : slices) {
            double weight = (double) slice.quality().rankings() / rankings;
            at += weight * (slice.second() + slice.seconds() / 2);
            global += weight * slice.quality().globalUserAuc();
            personalized += weight * slice.quality().personalizedUserAuc();
        }
        TimelineBucket last = slices.get(slices.size() - 1);
        double begin = slices.get(0).second();
        return new QualityPoint(
                begin, last.second() + last.seconds() - begin, at, rankings, global, personalized);
    }

    private static long rankings(List<TimelineBucket> slices) {
        return slices.stream().mapToLong(slice -> slice.quality().rankings()).sum();
    }
}
