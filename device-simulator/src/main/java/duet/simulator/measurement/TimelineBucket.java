package duet.simulator.measurement;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Holds one slice of a run. Latencies, drift and qualities are null where the slice has none. JSON
 * has the groups flat, in their order.
 *
 * @param second begin of the slice, seconds since the start of the run
 * @param seconds its length
 * @param traffic what went out and came back in it
 * @param drift mean relative change of a device's delta against its previous one, of sampled
 *     devices: the norm of the difference over the norm of the previous one; null where none was
 *     compared
 * @param latency from event to applied, of the windows answered in it
 * @param quality of the rankings made in it
 */
public record TimelineBucket(
        double second,
        double seconds,
        @JsonUnwrapped Traffic traffic,
        @Nullable Double drift,
        @JsonUnwrapped Latency latency,
        @JsonUnwrapped Quality quality) {

    /**
     * Counts what went out and came back.
     *
     * @param windows windows sent
     * @param deltas deltas that arrived
     * @param coalesced windows that these deltas answer besides the ones they were made for
     * @param gated windows that the job decided not to answer; 0 where nobody asks the job
     */
    public record Traffic(long windows, long deltas, long coalesced, long gated) {}

    /** Holds percentiles in milliseconds. */
    public record Latency(
            @Nullable Double p50,
            @Nullable Double p90,
            @Nullable Double p99,
            @Nullable Double max) {
        static final Latency NONE = new Latency(null, null, null, null);

        /** Summarizes a histogram of microseconds; null says that there is none. */
        static Latency of(@Nullable Histogram micros) {
            return micros == null
                    ? NONE
                    : new Latency(
                            LatencySummary.millis(micros, 50),
                            LatencySummary.millis(micros, 90),
                            LatencySummary.millis(micros, 99),
                            LatencySummary.millis(micros, 100));
        }
    }

    /**
     * Says how well devices that held a delta ranked.
     *
     * @param rankings their number
     * @param globalUserAuc their mean user AUC with the global weights
     * @param personalizedUserAuc their mean user AUC with the device's own weights
     */
    public record Quality(
            long rankings, @Nullable Double globalUserAuc, @Nullable Double personalizedUserAuc) {}
}
