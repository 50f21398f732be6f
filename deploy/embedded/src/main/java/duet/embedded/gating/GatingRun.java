package duet.embedded.gating;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import duet.jobs.PolicyOptions;
import duet.schemas.evaluation.RankingMetrics;
import duet.simulator.measurement.AgeQuality;
import duet.simulator.measurement.StreamQuality;
import duet.simulator.report.Delivery;
import duet.simulator.report.RunSummary;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * What one policy gave on the stream.
 *
 * @param policy its name, as in the option {@code duet.policy}
 * @param share share of the windows that was to be answered, 0 to 1
 * @param driftThreshold threshold of the policy drift; null for others
 * @param budget budget of the policies budget and random; null for others
 * @param windows windows sent
 * @param deltas deltas received
 * @param coalesced windows answered by a newer window's delta
 * @param gated windows without an answer
 * @param answered deltas for each window
 * @param deltaBytes bytes of all deltas, keys included
 * @param rankings rankings over the stream by devices that held a delta
 * @param streamGlobalUserAuc their mean user AUC with the global weights
 * @param streamUserAuc their mean user AUC with the weights that the device held at that moment
 * @param streamNdcg10 their mean NDCG@10, over a uniform sample where there are more than 20,000
 * @param heldOut ranking of the held-out items at the end, with the weights held then
 */
@JsonPropertyOrder({
    "policy",
    "share",
    "driftThreshold",
    "budget",
    "windows",
    "deltas",
    "coalesced",
    "gated",
    "answered",
    "deltaBytes",
    "rankings",
    "streamGlobalUserAuc",
    "streamUserAuc",
    "streamNdcg10",
    "heldOut"
})
public record GatingRun(
        String policy,
        double share,
        Double driftThreshold,
        Double budget,
        long windows,
        long deltas,
        long coalesced,
        long gated,
        double answered,
        long deltaBytes,
        long rankings,
        double streamGlobalUserAuc,
        double streamUserAuc,
        double streamNdcg10,
        RankingMetrics heldOut) {

    /**
     * From what a replay with that policy showed.
     *
     * @param share share of the windows that was to be answered
     * @throws IllegalStateException if the run is not complete, or nothing was ranked in it
     */
    public static GatingRun of(PolicyOptions policy, double share, RunSummary summary) {
        if (!summary.complete()) {
            throw new IllegalStateException(summary.missing());
        }
        StreamQuality stream = summary.streamQuality();
        if (stream == null
                || stream.personalized() == null
                || !summary.qualitySource().equals(RunSummary.HELD_OUT)) {
            throw new IllegalStateException(
                    "nothing was ranked: the policies cannot be told apart by quality");
        }
        Delivery delivery = summary.delivery();
        PolicyOptions.Kind kind = policy.policy();
        boolean spends = kind == PolicyOptions.Kind.BUDGET || kind == PolicyOptions.Kind.RANDOM;
        return new GatingRun(
                kind.name().toLowerCase(Locale.ROOT),
                share,
                kind == PolicyOptions.Kind.DRIFT ? policy.driftThreshold() : null,
                spends ? policy.budget() : null,
                delivery.windows(),
                delivery.deltas(),
                delivery.coalesced(),
                delivery.gated(),
                (double) delivery.deltas() / delivery.windows(),
                Math.round(delivery.deltas() * delivery.bytesPerDelta()),
                stream.rankings(),
                mean(stream, AgeQuality::globalUserAuc),
                mean(stream, AgeQuality::personalizedUserAuc),
                stream.personalized().ndcg10(),
                summary.personalized());
    }

    private static double mean(StreamQuality stream, ToDoubleFunction<AgeQuality> userAuc) {
        return stream.byAge().stream()
                        .mapToDouble(age -> age.rankings() * userAuc.applyAsDouble(age))
                        .sum()
                / stream.rankings();
    }
}
