package duet.simulator.measurement;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * Says how well devices ranked over a part of a run: one slice, or several that follow each other.
 *
 * @param second begin of the part, seconds since the start of the run
 * @param seconds its length
 * @param at mean time of its rankings, seconds since the start of the run, each taken to be in the
 *     middle of its slice
 * @param rankings rankings made in it by devices that held a delta
 * @param globalUserAuc their mean user AUC with the global weights
 * @param personalizedUserAuc their mean user AUC with the device's own weights
 */
@JsonPropertyOrder({"second", "seconds", "at", "rankings", "globalUserAuc", "personalizedUserAuc"})
public record QualityPoint(
        double second,
        double seconds,
        double at,
        long rankings,
        double globalUserAuc,
        double personalizedUserAuc) {}
