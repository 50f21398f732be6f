package duet.model.training.options;

/**
 * Says what a generator is trained for: the histories it reads, what its deltas are scored on, and
 * what a delta costs.
 *
 * @param maxAge A: the generator trains on windows that ended 0 to A interactions before the one
 *     that is scored
 * @param freshShare share of scored interactions whose window ended just before them
 * @param positions scored interactions for each window the generator reads
 * @param coldShare share of the histories that end within a user's first interactions: devices that
 *     have only begun, and long users would otherwise hide
 * @param coldLength how many first interactions those are
 * @param historyDropout share of a history's interactions that the generator does not get to see in
 *     training
 * @param residualPenalty weight in the loss of the sum of squares of a device's residuals; 0 for
 *     none
 */
public record GeneratorObjective(
        int maxAge,
        double freshShare,
        int positions,
        double coldShare,
        int coldLength,
        double historyDropout,
        double residualPenalty) {
    public GeneratorObjective {
        Require.that(maxAge >= 0 && maxAge <= 10_000, "maximal age", maxAge);
        Require.that(freshShare >= 0 && freshShare <= 1, "fresh share", freshShare);
        Require.that(positions >= 1 && positions <= 1000, "positions", positions);
        Require.that(coldShare >= 0 && coldShare <= 1, "cold share", coldShare);
        Require.that(coldLength >= 1 && coldLength <= 10_000, "cold length", coldLength);
        Require.that(historyDropout >= 0 && historyDropout < 1, "history dropout", historyDropout);
        Require.that(
                residualPenalty >= 0 && residualPenalty <= 1e6,
                "residual penalty",
                residualPenalty);
    }

    public GeneratorObjective withMaxAge(int value) {
        return with(value, positions, coldShare, residualPenalty);
    }

    public GeneratorObjective withPositions(int value) {
        return with(maxAge, value, coldShare, residualPenalty);
    }

    public GeneratorObjective withColdShare(double value) {
        return with(maxAge, positions, value, residualPenalty);
    }

    public GeneratorObjective withResidualPenalty(double value) {
        return with(maxAge, positions, coldShare, value);
    }

    private GeneratorObjective with(int age, int scored, double cold, double penalty) {
        return new GeneratorObjective(
                age, freshShare, scored, cold, coldLength, historyDropout, penalty);
    }
}
