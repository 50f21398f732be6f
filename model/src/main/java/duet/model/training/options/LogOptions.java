package duet.model.training.options;

import com.fasterxml.jackson.annotation.JsonInclude;
import duet.model.data.SplitRule;
import org.jspecify.annotations.Nullable;

/**
 * Says what training takes from a log before its first step: which interactions it may see, what
 * its item tables start from, what validation ranks and decides. In JSON all of it stands on one
 * level with the rest.
 *
 * @param split what is tested, and with it what is trained on; null for every user's last
 *     interaction
 * @param validationNegatives sampled negatives of each user's validation positive
 * @param items how the device's item table is stored; null, as in results from before there was a
 *     choice, for float32
 * @param spectralStart whether item tables start at the items' spectral coordinates and not at
 *     random
 */
public record LogOptions(
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable SplitRule split,
        int validationNegatives,
        @Nullable ItemTableOption items,
        boolean spectralStart) {
    public LogOptions {
        items = items == null ? ItemTableOption.FLOAT32 : items;
        Require.that(validationNegatives >= 1, "validation negatives", validationNegatives);
    }
}
