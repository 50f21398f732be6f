package duet.simulator.measurement;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * One slice of a run. Latencies and qualities are null where the slice has none.
 *
 * @param second begin of the slice, seconds since the start of the run
 * @param seconds its length
 * @param windows windows sent in it
 * @param deltas deltas that arrived in it
 * @param p50 median milliseconds from event to applied, of the windows answered in it
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
    "p50",
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
        Double p50,
        Double p99,
        Double max,
        long rankings,
        Double globalUserAuc,
        Double personalizedUserAuc) {}
