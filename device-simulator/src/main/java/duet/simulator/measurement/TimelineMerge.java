package duet.simulator.measurement;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Lays the timelines of several runs over one another by the time of day. The slices of the result
 * are as long as the longest of the parts and begin with the earliest part; a part's slice goes
 * whole to the one that holds its middle, so its counts and latencies are exact and its time is off
 * by less than the length of a slice.
 */
public final class TimelineMerge {
    private final SortedMap<Long, List<Placed>> places = new TreeMap<>();
    private final List<TimelineBucket> buckets = new ArrayList<>();
    private final List<@Nullable Histogram> histograms = new ArrayList<>();

    /**
     * Holds the timeline of one run.
     *
     * @param offsetSeconds its start after that of the earliest part
     * @param histograms its latencies by slice; null where a slice has none
     */
    public record Part(
            double offsetSeconds,
            List<TimelineBucket> buckets,
            List<@Nullable Histogram> histograms) {}

    private record Placed(TimelineBucket bucket, @Nullable Histogram histogram) {}

    public TimelineMerge(List<Part> parts) {
        double length =
                parts.stream()
                        .flatMap(part -> part.buckets.stream())
                        .mapToDouble(TimelineBucket::seconds)
                        .max()
                        .orElse(1);
        double end = 0;
        for (Part part : parts) {
            for (int i = 0; i < part.buckets.size(); i++) {
                TimelineBucket bucket = part.buckets.get(i);
                double from = part.offsetSeconds + bucket.second();
                long place = (long) ((from + bucket.seconds() / 2) / length);
                places.computeIfAbsent(place, p -> new ArrayList<>())
                        .add(new Placed(bucket, part.histograms.get(i)));
                end = Math.max(end, from + bucket.seconds());
            }
        }
        long last = places.isEmpty() ? -1 : places.lastKey();
        for (long place = 0; place <= last; place++) {
            double from = place * length;
            add(
                    from,
                    place == last ? Math.max(0, Math.min(length, end - from)) : length,
                    places.getOrDefault(place, List.of()));
        }
    }

    /** Returns the slices of all parts together. */
    public List<TimelineBucket> buckets() {
        return buckets;
    }

    /** Returns the latencies of the slices of all parts together; null where a slice has none. */
    public List<@Nullable Histogram> histograms() {
        return histograms;
    }

    private void add(double from, double length, List<Placed> placed) {
        Histogram latency = null;
        for (Placed one : placed) {
            if (one.histogram != null && latency == null) {
                latency = one.histogram.copy();
            } else if (one.histogram != null) {
                latency.add(one.histogram);
            }
        }
        histograms.add(latency);
        buckets.add(
                new TimelineBucket(
                        from,
                        length,
                        new TimelineBucket.Traffic(
                                sum(placed, slice -> slice.traffic().windows()),
                                sum(placed, slice -> slice.traffic().deltas()),
                                sum(placed, slice -> slice.traffic().coalesced()),
                                sum(placed, slice -> slice.traffic().gated())),
                        mean(placed, TimelineBucket::drift, slice -> slice.traffic().deltas()),
                        TimelineBucket.Latency.of(latency),
                        new TimelineBucket.Quality(
                                sum(placed, slice -> slice.quality().rankings()),
                                mean(
                                        placed,
                                        slice -> slice.quality().globalUserAuc(),
                                        slice -> slice.quality().rankings()),
                                mean(
                                        placed,
                                        slice -> slice.quality().personalizedUserAuc(),
                                        slice -> slice.quality().rankings()))));
    }

    private static long sum(List<Placed> placed, ToLongFunction<TimelineBucket> count) {
        return placed.stream().mapToLong(one -> count.applyAsLong(one.bucket)).sum();
    }

    /**
     * Returns the mean of the slices that have a value, weighted by the counts; null without one.
     */
    private static @Nullable Double mean(
            List<Placed> placed,
            Function<TimelineBucket, @Nullable Double> value,
            ToLongFunction<TimelineBucket> weight) {
        ToDoubleFunction<Placed> weightOf = one -> Math.max(1, weight.applyAsLong(one.bucket));
        List<Placed> with = placed.stream().filter(one -> value.apply(one.bucket) != null).toList();
        double weights = with.stream().mapToDouble(weightOf).sum();
        double sum =
                with.stream()
                        .mapToDouble(one -> value.apply(one.bucket) * weightOf.applyAsDouble(one))
                        .sum();
        return with.isEmpty() ? null : sum / weights;
    }
}
