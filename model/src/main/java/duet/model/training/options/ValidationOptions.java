package duet.model.training.options;

import com.fasterxml.jackson.annotation.JsonInclude;
import duet.model.data.SplitRule;
import org.jspecify.annotations.Nullable;

/**
 * Says which interactions training may see, what validation ranks and what it decides. In JSON all
 * of it stands on one level with the rest.
 *
 * @param split what is tested, and with it what is trained on; null for every user's last
 *     interaction
 * @param validationNegatives sampled negatives of each user's validation positive
 * @param items how the device's item table is stored; null, as in results from before there was a
 *     choice, for float32
 */
public record ValidationOptions(
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable SplitRule split,
        int validationNegatives,
        @Nullable ItemTableOption items) {
    public ValidationOptions {
        items = items == null ? ItemTableOption.FLOAT32 : items;
        Require.that(validationNegatives >= 1, "validation negatives", validationNegatives);
    }
}
