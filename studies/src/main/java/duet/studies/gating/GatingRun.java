package duet.studies.gating;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import duet.jobs.config.PolicyOptions.Kind;
import duet.schemas.evaluation.RankingMetrics;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A run holds what one policy gave on the streams. Differences are of the mean user AUC, each with
 * half the width of its 95 % confidence interval, devices taken as independent.
 *
 * @param choice which windows were to be answered
 * @param traffic what it sent
 * @param userAuc mean user AUC over the streams with the weights that devices held at the time
 * @param differences from other runs
 * @param heldOut ranking of the held-out items at the end, with the weights held then
 */
public record GatingRun(
        @JsonUnwrapped Choice choice,
        @JsonUnwrapped Traffic traffic,
        double userAuc,
        @JsonUnwrapped Differences differences,
        RankingMetrics heldOut) {

    /**
     * The choice says which windows were to be answered.
     *
     * @param policy its name, as in the option {@code duet.policy}
     * @param share share of the windows that was to be answered, 0 to 1
     * @param driftThreshold threshold of the policy drift; null for others
     */
    public record Choice(String policy, double share, @Nullable Double driftThreshold) {}

    /**
     * The traffic says what the policy sent.
     *
     * @param windows windows sent
     * @param deltas deltas received
     * @param gated windows without an answer
     * @param answered deltas for each window
     * @param deltaBytes bytes of all deltas, keys included
     */
    public record Traffic(
            long windows, long deltas, long gated, double answered, long deltaBytes) {}

    /**
     * These are the differences from other runs.
     *
     * @param loss how far the mean user AUC is below that of the run that answered everything; null
     *     for that one
     * @param lossMargin half the width of its interval; null where the loss is
     * @param overRandom how far it is above that of random choice at the same share; null for
     *     others than drift and budget
     * @param overRandomMargin half the width of its interval; null where that is
     */
    public record Differences(
            @Nullable Double loss,
            @Nullable Double lossMargin,
            @Nullable Double overRandom,
            @Nullable Double overRandomMargin) {}

    /**
     * @param all the track that answered everything
     * @param random the track that chose at random at the same share; null: there is none
     */
    static GatingRun of(PolicyTrack track, PolicyTrack all, @Nullable PolicyTrack random) {
        Kind kind = track.policy().policy();
        RankingSums.Difference loss = track == all ? null : all.rankings().above(track.rankings());
        RankingSums.Difference over =
                random == null || random == track
                        ? null
                        : track.rankings().above(random.rankings());
        return new GatingRun(
                new Choice(
                        kind.name().toLowerCase(Locale.ROOT),
                        track.share(),
                        kind == Kind.DRIFT ? track.policy().driftThreshold() : null),
                new Traffic(
                        track.windows(),
                        track.deltas(),
                        track.gated(),
                        (double) track.deltas() / track.windows(),
                        track.deltaBytes()),
                track.rankings().userAuc(),
                new Differences(
                        loss == null ? null : loss.mean(),
                        loss == null ? null : loss.margin(),
                        over == null ? null : over.mean(),
                        over == null ? null : over.margin()),
                track.heldOut());
    }
}
