package duet.model.training;

import duet.schemas.InvalidInputException;

/**
 * How one phase of training optimizes.
 *
 * @param epochs most epochs
 * @param patience epochs without a better validation userAuc before the phase stops
 * @param batch windows in a step
 * @param negatives sampled negatives of each positive
 * @param learningRate Adam's learning rate
 * @param weightDecay L2 penalty added to the gradients; 0 for none
 * @param gradientClip largest norm of all gradients of a step together; 0 for no limit
 * @param dropout share of values dropped
 * @param averaging decay per step of the exponential moving average of the weights that is validated and kept; 0 keeps the
 *     last weights
 */
public record PhaseOptions(
        int epochs,
        int patience,
        int batch,
        int negatives,
        double learningRate,
        double weightDecay,
        double gradientClip,
        double dropout,
        double averaging) {
    public PhaseOptions {
        require(epochs >= 1, "epochs", epochs);
        require(patience >= 1, "patience", patience);
        require(batch >= 1, "batch", batch);
        require(negatives >= 1, "negatives", negatives);
        require(learningRate > 0 && learningRate < 10, "learning rate", learningRate);
        require(weightDecay >= 0 && weightDecay < 1, "weight decay", weightDecay);
        require(gradientClip >= 0, "gradient clip", gradientClip);
        require(dropout >= 0 && dropout < 1, "dropout", dropout);
        require(averaging >= 0 && averaging < 1, "averaging", averaging);
    }

    public PhaseOptions withEpochs(int count) {
        return new PhaseOptions(
                count,
                patience,
                batch,
                negatives,
                learningRate,
                weightDecay,
                gradientClip,
                dropout,
                averaging);
    }

    public PhaseOptions withPatience(int count) {
        return new PhaseOptions(
                epochs,
                count,
                batch,
                negatives,
                learningRate,
                weightDecay,
                gradientClip,
                dropout,
                averaging);
    }

    private static void require(boolean holds, String name, Number value) {
        if (!holds) {
            throw new InvalidInputException(name + " " + value + " is out of range");
        }
    }
}
