package duet.model.training.options;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import org.jspecify.annotations.Nullable;

/**
 * Says how one phase of training optimizes. In JSON all options stand on one level.
 *
 * <p>The penalty of the steps is that of a log with one positive for each item: {@link #onLog} has
 * what it comes to.
 *
 * @param epochs most epochs
 * @param patience epochs without a better validation userAuc before the phase stops
 * @param batch windows in a step
 * @param negatives sampled negatives of each positive
 * @param adam the steps
 * @param dropout share of values dropped
 * @param averaging decay per step of the exponential moving average of the weights that is
 *     validated and kept; 0 keeps the last weights
 * @param samples most positives that an epoch scores, others in each epoch; null for all, and then
 *     not in JSON
 */
public record PhaseOptions(
        int epochs,
        int patience,
        int batch,
        int negatives,
        @JsonUnwrapped AdamOptions adam,
        double dropout,
        double averaging,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Integer samples) {
    public PhaseOptions {
        Require.that(epochs >= 1, "epochs", epochs);
        Require.that(patience >= 1, "patience", patience);
        Require.that(batch >= 1, "batch", batch);
        Require.that(negatives >= 1, "negatives", negatives);
        Require.that(dropout >= 0 && dropout < 1, "dropout", dropout);
        Require.that(averaging >= 0 && averaging < 1, "averaging", averaging);
        Require.that(samples == null || samples >= 1, "samples", samples == null ? 0 : samples);
    }

    /** Says how a phase optimizes whose epochs score every positive. */
    public PhaseOptions(
            int epochs,
            int patience,
            int batch,
            int negatives,
            AdamOptions adam,
            double dropout,
            double averaging) {
        this(epochs, patience, batch, negatives, adam, dropout, averaging, null);
    }

    public PhaseOptions withEpochs(int value) {
        return new PhaseOptions(
                value, patience, batch, negatives, adam, dropout, averaging, samples);
    }

    public PhaseOptions withPatience(int value) {
        return new PhaseOptions(epochs, value, batch, negatives, adam, dropout, averaging, samples);
    }

    public PhaseOptions withWeightDecay(double value) {
        return new PhaseOptions(
                epochs,
                patience,
                batch,
                negatives,
                adam.withWeightDecay(value),
                dropout,
                averaging,
                samples);
    }

    /** Returns these options with epochs that score at most so many positives. */
    public PhaseOptions withSamples(int value) {
        return new PhaseOptions(
                epochs, patience, batch, negatives, adam, dropout, averaging, value);
    }

    /**
     * Returns these options for steps on a log: where an item has more positives that say where it
     * belongs, its row needs less of a penalty, in proportion.
     *
     * @param positives that an epoch may score
     * @param items of the log
     */
    public PhaseOptions onLog(int positives, int items) {
        return withWeightDecay(adam.weightDecay() / Math.max(1, (double) positives / items));
    }

    /** Returns how many of so many positives an epoch scores. */
    public int epochSamples(int all) {
        return samples == null ? all : Math.min(all, samples);
    }
}
