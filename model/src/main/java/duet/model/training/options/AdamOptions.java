package duet.model.training.options;

/**
 * Says how large the steps of Adam are.
 *
 * @param learningRate Adam's learning rate
 * @param weightDecay L2 penalty added to the gradients; 0 for none
 * @param gradientClip largest norm of all gradients of a step together; 0 for no limit
 */
public record AdamOptions(double learningRate, double weightDecay, double gradientClip) {
    public AdamOptions {
        Require.that(learningRate > 0 && learningRate < 10, "learning rate", learningRate);
        Require.that(weightDecay >= 0 && weightDecay < 1, "weight decay", weightDecay);
        Require.that(gradientClip >= 0, "gradient clip", gradientClip);
    }
}
