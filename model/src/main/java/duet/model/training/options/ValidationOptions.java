package duet.model.training.options;

import com.fasterxml.jackson.annotation.JsonInclude;
import duet.model.data.SplitRule;
import org.jspecify.annotations.Nullable;

/**
 * Says which interactions training may see, and how models are selected.
 *
 * @param split what is tested, and with it what is trained on; null for every user's last
 *     interaction
 * @param validationNegatives sampled negatives of each user's validation positive
 */
public record ValidationOptions(
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable SplitRule split,
        int validationNegatives) {
    public ValidationOptions {
        Require.that(validationNegatives >= 1, "validation negatives", validationNegatives);
    }
}
