package duet.embedded.gating;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import duet.jobs.PolicyOptions.Kind;
import duet.schemas.evaluation.RankingMetrics;
import java.util.Locale;

/**
 * What one policy gave on the streams. Differences are of the mean user AUC, each with half the width of its 95 % confidence
 * interval, devices taken as independent.
 *
 * @param policy its name, as in the option {@code duet.policy}
 * @param share share of the windows that was to be answered, 0 to 1
 * @param driftThreshold threshold of the policy drift; null for others
 * @param windows windows sent
 * @param deltas deltas received
 * @param gated windows without an answer
 * @param answered deltas for each window
 * @param deltaBytes bytes of all deltas, keys included
 * @param userAuc mean user AUC over the streams with the weights that devices held at the time
 * @param loss how far it is below that of the run that answered everything; null for that one
 * @param lossMargin see above; null where the loss is
 * @param overRandom how far it is above that of random choice at the same share; null for others than drift and budget
 * @param overRandomMargin see above; null where that is
 * @param heldOut ranking of the held-out items at the end, with the weights held then
 */
@JsonPropertyOrder({
    "policy",
    "share",
    "driftThreshold",
    "windows",
    "deltas",
    "gated",
    "answered",
    "deltaBytes",
    "userAuc",
    "loss",
    "lossMargin",
    "overRandom",
    "overRandomMargin",
    "heldOut"
})
public record GatingRun(
        String policy,
        double share,
        Double driftThreshold,
        long windows,
        long deltas,
        long gated,
        double answered,
        long deltaBytes,
        double userAuc,
        Double loss,
        Double lossMargin,
        Double overRandom,
        Double overRandomMargin,
        RankingMetrics heldOut) {

    /**
     * @param all the track that answered everything
     * @param random the track that chose at random at the same share; null: there is none
     */
    static GatingRun of(PolicyTrack track, PolicyTrack all, PolicyTrack random) {
        Kind kind = track.policy().policy();
        RankingSums.Difference loss = track == all ? null : all.rankings().above(track.rankings());
        RankingSums.Difference over =
                random == null || random == track
                        ? null
                        : track.rankings().above(random.rankings());
        return new GatingRun(
                kind.name().toLowerCase(Locale.ROOT),
                track.share(),
                kind == Kind.DRIFT ? track.policy().driftThreshold() : null,
                track.windows(),
                track.deltas(),
                track.gated(),
                (double) track.deltas() / track.windows(),
                track.deltaBytes(),
                track.rankings().userAuc(),
                loss == null ? null : loss.mean(),
                loss == null ? null : loss.margin(),
                over == null ? null : over.mean(),
                over == null ? null : over.margin(),
                track.heldOut());
    }
}
