package duet.simulator.measurement;

import duet.schemas.evaluation.RankingMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Holds the quality of the rankings that devices made over the stream, each before the device took
 * the ranked item in, with the weights it held at that moment.
 *
 * @param rankings rankings by devices that held a delta; all other figures are over these
 * @param beforeFirstDelta rankings by devices that had none yet: personalized equals global there
 * @param tooLate rankings left out because the device had a delta made from the ranked item by the
 *     time it was ranked
 * @param notRanked rankings left out because the simulator had no time for them
 * @param unknown rankings left out because the model does not know the item
 * @param global with the global weights; over a uniform sample where there were more rankings than
 *     that; null without rankings
 * @param personalized with the device's own weights, over the same rankings
 * @param byAge user AUC by age of the delta, only ages that occurred
 */
public record StreamQuality(
        long rankings,
        long beforeFirstDelta,
        long tooLate,
        long notRanked,
        long unknown,
        @Nullable RankingMetrics global,
        @Nullable RankingMetrics personalized,
        List<AgeQuality> byAge) {
    /**
     * Merges several parts of a fleet: counts are added up, user AUC by age and its margin are as
     * if recorded at one place, and the other metrics are means weighted by rankings.
     */
    public static StreamQuality merge(List<StreamQuality> parts) {
        SortedMap<Long, List<AgeQuality>> ages = new TreeMap<>();
        parts.forEach(
                part ->
                        part.byAge.forEach(
                                age ->
                                        ages.computeIfAbsent(age.fromAge(), a -> new ArrayList<>())
                                                .add(age)));
        return new StreamQuality(
                sum(parts, StreamQuality::rankings),
                sum(parts, StreamQuality::beforeFirstDelta),
                sum(parts, StreamQuality::tooLate),
                sum(parts, StreamQuality::notRanked),
                sum(parts, StreamQuality::unknown),
                WeightedQuality.mean(parts, StreamQuality::global, StreamQuality::rankings),
                WeightedQuality.mean(parts, StreamQuality::personalized, StreamQuality::rankings),
                ages.values().stream().map(AgeQuality::merge).toList());
    }

    /**
     * Returns half the width of a 95 % confidence interval of the mean gain in user AUC over the
     * rankings that {@code global} and {@code personalized} are over, taken as independent; null
     * where there are fewer than two.
     */
    public @Nullable Double gainMargin() {
        Double ofAll =
                Gains.margin(
                        byAge.stream()
                                .map(
                                        age ->
                                                new Gains.Part(
                                                        age.rankings(),
                                                        age.gain(),
                                                        age.gainMargin()))
                                .toList());
        // A sample tells the mean less surely than all rankings do.
        return ofAll == null || global == null || global.users() < 2
                ? null
                : Double.valueOf(ofAll * Math.sqrt((double) rankings / global.users()));
    }

    private static long sum(List<StreamQuality> parts, ToLongFunction<StreamQuality> count) {
        return parts.stream().mapToLong(count).sum();
    }
}
