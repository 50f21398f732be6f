package duet.model.training;

import duet.schemas.bundle.Tensor;
import java.util.List;
import java.util.Map;

/**
 * Holds where a phase stands between two epochs: with it, and the same draws, the phase goes on as
 * if it had never stopped.
 *
 * @param epochs those that are done
 * @param trained weights, in the order of the sets that are trained
 * @param averaged their averages
 * @param best the best epoch's averages
 * @param means first moments of Adam
 * @param variances second moments of Adam
 * @param steps taken so far
 * @param chances what each learner's dropout draws with, as {@link
 *     duet.model.network.MersenneTwister#state} gives it
 */
public record PhaseState(
        List<EpochMetrics> epochs,
        List<Map<String, Tensor>> trained,
        List<Map<String, Tensor>> averaged,
        List<Map<String, Tensor>> best,
        Map<String, Tensor> means,
        Map<String, Tensor> variances,
        int steps,
        List<int[]> chances) {}
