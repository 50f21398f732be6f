package duet.model.training.options;

import org.jspecify.annotations.Nullable;

/**
 * Says what validation ranks and what it decides. In JSON both stand on one level with the rest.
 *
 * @param validationNegatives sampled negatives of each user's validation positive
 * @param items how the device's item table is stored; null, as in results from before there was a
 *     choice, for float32
 */
public record ValidationOptions(int validationNegatives, @Nullable ItemTableOption items) {
    public ValidationOptions {
        items = items == null ? ItemTableOption.FLOAT32 : items;
        Require.that(validationNegatives >= 1, "validation negatives", validationNegatives);
    }
}
