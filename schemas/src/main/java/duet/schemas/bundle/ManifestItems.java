package duet.schemas.bundle;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a manifest says of the items that a model knows.
 *
 * @param itemIds how their ids became numbers; null in bundles of the formats 1 and 2, whose items
 *     have numbers for ids
 * @param vocabulary raw item ids in index order, index 1 first
 */
@JsonPropertyOrder({"itemIds", "vocabulary"})
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ManifestItems(@Nullable ItemMapping itemIds, long[] vocabulary) {
    /** Describes a vocabulary, as bundles of today do. */
    static ManifestItems of(Vocabulary vocabulary) {
        return new ManifestItems(ItemMapping.of(vocabulary), vocabulary.ids());
    }

    /**
     * Returns what the items are called.
     *
     * @throws duet.schemas.InvalidInputException naming what is wrong with {@code itemIds}
     */
    ItemNames names() {
        return itemIds == null ? ItemNames.numbers() : itemIds.names(vocabulary);
    }
}
