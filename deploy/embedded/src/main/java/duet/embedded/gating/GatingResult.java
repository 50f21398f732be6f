package duet.embedded.gating;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import duet.schemas.evaluation.RankingMetrics;
import java.util.List;

/**
 * What the policies gave on the stream of one log.
 *
 * @param name short name of the log, also of its files
 * @param model version of the model
 * @param rate windows a second
 * @param seed of how the log was cut into windows
 * @param devices devices that sent them
 * @param firsts share of the windows that are the first of their device, which every policy answers
 * @param heldOutGlobal ranking of the held-out items with the global weights
 * @param runs one for each policy and share; the first answers everything
 */
@JsonPropertyOrder({"name", "model", "rate", "seed", "devices", "firsts", "heldOutGlobal", "runs"})
public record GatingResult(
        String name,
        String model,
        double rate,
        long seed,
        int devices,
        double firsts,
        RankingMetrics heldOutGlobal,
        List<GatingRun> runs) {
    public GatingResult {
        runs = List.copyOf(runs);
    }

    /** The run that answered everything. */
    GatingRun all() {
        return runs.get(0);
    }
}
