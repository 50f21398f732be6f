package duet.simulator.measurement;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Says how well devices ranked at a range of ages. The age of a delta is the number of interactions
 * the device made since the last one it was generated from.
 *
 * @param fromAge lowest age
 * @param toAge highest age; null: no limit
 * @param rankings rankings made at these ages
 * @param globalUserAuc their mean user AUC with the global weights
 * @param personalizedUserAuc their mean user AUC with the device's own weights
 * @param gain mean of personalized minus global
 * @param gainMargin half the width of a 95 % confidence interval of the gain, rankings taken as
 *     independent; null for a single ranking, which tells nothing about its spread
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
        @Nullable Long toAge,
        long rankings,
        double globalUserAuc,
        double personalizedUserAuc,
        double gain,
        @Nullable Double gainMargin) {
    /**
     * Makes the quality of sums over rankings.
     *
     * @param gainSquares sum of the squared gains
     */
    static AgeQuality of(
            long fromAge,
            @Nullable Long toAge,
            long n,
            double globalSum,
            double personalizedSum,
            double gainSum,
            double gainSquares) {
        return new AgeQuality(
                fromAge,
                toAge,
                n,
                globalSum / n,
                personalizedSum / n,
                gainSum / n,
                Gains.margin(n, gainSum, gainSquares));
    }

    /** Returns what one recorder would say of the rankings of several, all of the same ages. */
    static AgeQuality merge(List<AgeQuality> parts) {
        long n = parts.stream().mapToLong(AgeQuality::rankings).sum();
        AgeQuality first = parts.get(0);
        return of(
                first.fromAge,
                first.toAge,
                n,
                sum(parts, part -> part.globalUserAuc * part.rankings),
                sum(parts, part -> part.personalizedUserAuc * part.rankings),
                sum(parts, part -> part.gain * part.rankings),
                sum(parts, part -> Gains.squares(part.rankings, part.gain, part.gainMargin)));
    }

    private static double sum(List<AgeQuality> parts, ToDoubleFunction<AgeQuality> value) {
        return parts.stream().mapToDouble(value).sum();
    }
}
