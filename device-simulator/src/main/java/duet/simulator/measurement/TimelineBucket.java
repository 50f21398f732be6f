package duet.simulator.measurement;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * One slice of a run. Latencies, drift and qualities are null where the slice has none.
 *
 * @param second begin of the slice, seconds since the start of the run
 * @param seconds its length
 * @param windows windows sent in it
 * @param deltas deltas that arrived in it
 * @param coalesced windows that these deltas answer besides the ones they were made for
 * @param gated windows that the job decided in it not to answer; 0 where nobody asks the job
 * @param drift mean relative change of a device's delta against its previous one, of sampled devices: the norm of the
 *     difference over the norm of the previous one; null where none was compared
 * @param p50 median milliseconds from event to applied, of the windows answered in it
 * @param p90 90th percentile of the same
 * @param p99 99th percentile of the same
 * @param max largest of the same
 * @param rankings rankings made in it by devices that held a delta
 * @param globalUserAuc their mean user AUC with the global weights
 * @param personalizedUserAuc their mean user AUC with the device's own weights
 */
@JsonPropertyOrder({
    "second",
    "seconds",
    "windows",
    "deltas",
    "coalesced",
    "gated",
    "drift",
    "p50",
    "p90",
    "p99",
    "max",
    "rankings",
    "globalUserAuc",
    "personalizedUserAuc"
})
public record TimelineBucket(
        double second,
        double seconds,
        long windows,
        long deltas,
        long coalesced,
        long gated,
        Double drift,
        Double p50,
        Double p90,
        Double p99,
        Double max,
        long rankings,
        Double globalUserAuc,
        Double personalizedUserAuc) {}
