package duet.model.training.options;

/**
 * Says how large the steps of Adam are.
 *
 * @param learningRate Adam's learning rate
 * @param weightDecay L2 penalty: so many times a parameter's value is added to its gradient before
 *     Adam scales that; 0 for none. Where network and generator train together it is of the network
 *     alone: the generator's item table is moved by deltas only, and a penalty takes it to zero
 * @param gradientClip largest norm of all gradients of a step together; 0 for no limit
 */
public record AdamOptions(double learningRate, double weightDecay, double gradientClip) {
    public AdamOptions {
        Require.that(learningRate > 0 && learningRate < 10, "learning rate", learningRate);
        Require.that(weightDecay >= 0 && weightDecay < 1, "weight decay", weightDecay);
        Require.that(gradientClip >= 0, "gradient clip", gradientClip);
    }

    AdamOptions withWeightDecay(double value) {
        return new AdamOptions(learningRate, value, gradientClip);
    }
}
