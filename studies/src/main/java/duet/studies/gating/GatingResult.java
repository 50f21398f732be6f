package duet.studies.gating;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import duet.jobs.config.PolicyOptions.Kind;
import duet.schemas.evaluation.RankingMetrics;
import java.util.ArrayList;
import java.util.List;

/**
 * A result holds what the policies gave on the streams of one log.
 *
 * @param name short name of the log, also of its files
 * @param model version of the model
 * @param streams how often the log was cut into windows anew
 * @param devices devices that sent them
 * @param rankings rankings over the streams
 * @param globalUserAuc their mean user AUC with the global weights
 * @param heldOutGlobal ranking of the held-out items with the global weights
 * @param runs one for each policy and share; the first answers everything
 */
@JsonPropertyOrder({
    "name",
    "model",
    "streams",
    "devices",
    "rankings",
    "globalUserAuc",
    "heldOutGlobal",
    "runs"
})
public record GatingResult(
        String name,
        String model,
        int streams,
        int devices,
        long rankings,
        double globalUserAuc,
        RankingMetrics heldOutGlobal,
        List<GatingRun> runs) {
    public GatingResult {
        runs = List.copyOf(runs);
    }

    /**
     * @param tracks the first answered everything; of each share one chose at random
     */
    static GatingResult of(String name, String model, int streams, List<PolicyTrack> tracks) {
        PolicyTrack all = tracks.get(0);
        List<GatingRun> runs = new ArrayList<>();
        for (PolicyTrack track : tracks) {
            PolicyTrack random =
                    tracks.stream()
                            .filter(other -> other.policy().policy() == Kind.RANDOM)
                            .filter(other -> other.share() == track.share())
                            .findFirst()
                            .orElse(null);
            runs.add(GatingRun.of(track, all, random));
        }
        return new GatingResult(
                name,
                model,
                streams,
                all.devices(),
                all.rankings().rankings(),
                all.rankings().globalUserAuc(),
                all.heldOutGlobal(),
                runs);
    }

    /** Returns the run that answered everything. */
    GatingRun all() {
        return runs.get(0);
    }

    /** Returns how far the user AUC of one of the runs is above that with the global weights. */
    double gain(GatingRun run) {
        return run.userAuc() - globalUserAuc;
    }
}
