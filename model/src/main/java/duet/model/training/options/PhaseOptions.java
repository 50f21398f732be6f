package duet.model.training.options;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * Says how one phase of training optimizes. In JSON all options stand on one level.
 *
 * @param epochs most epochs
 * @param patience epochs without a better validation userAuc before the phase stops
 * @param batch windows in a step
 * @param negatives sampled negatives of each positive
 * @param adam the steps
 * @param dropout share of values dropped
 * @param averaging decay per step of the exponential moving average of the weights that is
 *     validated and kept; 0 keeps the last weights
 */
public record PhaseOptions(
        int epochs,
        int patience,
        int batch,
        int negatives,
        @JsonUnwrapped AdamOptions adam,
        double dropout,
        double averaging) {
    public PhaseOptions {
        Require.that(epochs >= 1, "epochs", epochs);
        Require.that(patience >= 1, "patience", patience);
        Require.that(batch >= 1, "batch", batch);
        Require.that(negatives >= 1, "negatives", negatives);
        Require.that(dropout >= 0 && dropout < 1, "dropout", dropout);
        Require.that(averaging >= 0 && averaging < 1, "averaging", averaging);
    }

    public PhaseOptions withEpochs(int value) {
        return new PhaseOptions(value, patience, batch, negatives, adam, dropout, averaging);
    }

    public PhaseOptions withPatience(int value) {
        return new PhaseOptions(epochs, value, batch, negatives, adam, dropout, averaging);
    }
}
