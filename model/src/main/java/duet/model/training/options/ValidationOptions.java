package duet.model.training.options;

/**
 * Says what validation ranks and what it decides. In JSON both stand on one level with the rest.
 *
 * @param validationNegatives sampled negatives of each user's validation positive
 * @param items how the device's item table is stored
 */
public record ValidationOptions(int validationNegatives, ItemTableOption items) {
    public ValidationOptions {
        Require.that(validationNegatives >= 1, "validation negatives", validationNegatives);
    }
}
