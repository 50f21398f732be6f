package duet.model.training.options;

/**
 * Says what a generator is trained for: the histories it reads, what its deltas are scored on, and
 * what a delta costs.
 *
 * @param maxAge A: the generator trains on histories that ended 0 to A interactions before the one
 *     that is scored
 * @param freshShare share of scored interactions, beyond each history's first, whose history ended
 *     just before them
 * @param positions scored interactions for each history the generator reads
 * @param historyDropout share of a history's interactions that the generator does not get to see in
 *     training
 * @param residualPenalty weight in the loss of the sum of squares of a device's residuals; 0 for
 *     none
 * @param globalShare share of the global model's loss in the loss of network and generator trained
 *     together, the rest is the personalized one's: what runs without a delta is not to pay for it
 */
public record GeneratorObjective(
        int maxAge,
        double freshShare,
        int positions,
        double historyDropout,
        double residualPenalty,
        double globalShare) {
    public GeneratorObjective {
        Require.that(maxAge >= 0 && maxAge <= 10_000, "maximal age", maxAge);
        Require.that(freshShare >= 0 && freshShare <= 1, "fresh share", freshShare);
        Require.that(positions >= 1 && positions <= 1000, "positions", positions);
        Require.that(historyDropout >= 0 && historyDropout < 1, "history dropout", historyDropout);
        Require.that(
                residualPenalty >= 0 && residualPenalty <= 1e6,
                "residual penalty",
                residualPenalty);
        Require.that(globalShare >= 0 && globalShare < 1, "global share", globalShare);
    }

    public GeneratorObjective withMaxAge(int value) {
        return with(value, positions, residualPenalty);
    }

    public GeneratorObjective withPositions(int value) {
        return with(maxAge, value, residualPenalty);
    }

    public GeneratorObjective withResidualPenalty(double value) {
        return with(maxAge, positions, value);
    }

    private GeneratorObjective with(int age, int scored, double penalty) {
        return new GeneratorObjective(
                age, freshShare, scored, historyDropout, penalty, globalShare);
    }
}
