package duet.model.training;

import duet.model.network.MersenneTwister;
import duet.model.network.ParameterSet;
import duet.schemas.InvalidInputException;
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
        List<int[]> chances) {

    /**
     * Checks that a phase that trains these sets can go on from here.
     *
     * @throws InvalidInputException naming what does not fit
     */
    void requireFit(TrainingPhase phase, List<ParameterSet> sets, int learners) {
        require(!epochs.isEmpty() && steps > 0, "epochs");
        for (int i = 0; i < epochs.size(); i++) {
            require(epochs.get(i).epoch() == i + 1 && epochs.get(i).phase() == phase, "epochs");
            require(epochs.get(i).divergence() == null, "epochs");
        }
        require(epochs.get(0).best(), "epochs");
        require(chances.size() == learners, "threads");
        chances.forEach(MersenneTwister::of);
        for (List<Map<String, Tensor>> kept : List.of(trained, averaged, best)) {
            require(kept.size() == sets.size(), "sets of weights");
            for (int i = 0; i < sets.size(); i++) {
                sets.get(i).requireFit(kept.get(i));
            }
        }
    }

    private static void require(boolean holds, String what) {
        if (!holds) {
            throw new InvalidInputException(
                    "the interrupted training has other " + what + ": train without --resume");
        }
    }
}
