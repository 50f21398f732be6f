package duet.simulator.measurement;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * Ranking quality at a range of ages. The age of a delta is the number of interactions the device made since the last
 * one it was generated from.
 *
 * @param fromAge lowest age
 * @param toAge highest age; null: no limit
 * @param rankings rankings made at these ages
 * @param globalUserAuc their mean user AUC with the global weights
 * @param personalizedUserAuc their mean user AUC with the device's own weights
 * @param gain mean of personalized minus global
 * @param gainMargin half the width of a 95 % confidence interval of the gain, rankings taken as independent;
 *     null for a single ranking, which tells nothing about its spread
 */
@JsonPropertyOrder({
    "fromAge",
    "toAge",
    "rankings",
    "globalUserAuc",
    "personalizedUserAuc",
    "gain",
    "gainMargin"
})
public record AgeQuality(
        long fromAge,
        Long toAge,
        long rankings,
        double globalUserAuc,
        double personalizedUserAuc,
        double gain,
        Double gainMargin) {}
