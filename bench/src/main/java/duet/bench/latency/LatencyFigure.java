package duet.bench.latency;

import com.fasterxml.jackson.annotation.JsonInclude;
import duet.bench.measurement.DrainFigure;
import duet.model.evaluation.Median;
import duet.simulator.measurement.LatencySummary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds the latency at one rate, from the intended time of a window to its answer at a reader;
 * percentiles are medians over the repetitions.
 *
 * @param share of the limit; null for a fixed rate
 * @param perSecond windows a second
 * @param job the generation job
 * @param passThrough the pass-through job, with records of the same size
 * @param p50Ratio median of the one to that of the other
 * @param p99Ratio the same of the 99th percentile
 * @param jobSendDelay from the intended time to when a window was sent; part of {@code job}
 * @param passThroughSendDelay part of {@code passThrough}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LatencyFigure(
        @Nullable Double share,
        double perSecond,
        LatencySummary job,
        LatencySummary passThrough,
        double p50Ratio,
        double p99Ratio,
        LatencySummary jobSendDelay,
        LatencySummary passThroughSendDelay) {

    static LatencyFigure of(
            LatencyRate rate, List<LatencyProbe.Seen> job, List<LatencyProbe.Seen> passThrough) {
        LatencySummary ofJob = median(job.stream().map(LatencyProbe.Seen::latency).toList());
        LatencySummary ofPassThrough =
                median(passThrough.stream().map(LatencyProbe.Seen::latency).toList());
        return new LatencyFigure(
                rate.share(),
                rate.perSecond(),
                ofJob,
                ofPassThrough,
                DrainFigure.ratio(ofJob.p50(), ofPassThrough.p50()),
                DrainFigure.ratio(ofJob.p99(), ofPassThrough.p99()),
                median(job.stream().map(LatencyProbe.Seen::sendDelay).toList()),
                median(passThrough.stream().map(LatencyProbe.Seen::sendDelay).toList()));
    }

    /** Returns the median of each percentile; counts are added. */
    static LatencySummary median(List<LatencySummary> runs) {
        return new LatencySummary(
                Median.of(runs, LatencySummary::p50),
                Median.of(runs, LatencySummary::p90),
                Median.of(runs, LatencySummary::p99),
                Median.of(runs, LatencySummary::p999),
                Median.of(runs, LatencySummary::max),
                Median.of(runs, LatencySummary::mean),
                runs.stream().mapToLong(LatencySummary::count).sum());
    }
}
