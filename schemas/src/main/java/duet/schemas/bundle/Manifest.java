package duet.schemas.bundle;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.Set;
import java.util.SortedMap;

/**
 * Holds what stands in {@code manifest.json}. It has no time, so that the same training gives the
 * same bundle.
 *
 * @param formatVersion version of the bundle's layout, {@link #FORMAT_VERSION}
 * @param modelVersion identity of the model: the backbone's name and a hash over all weights and,
 *     since format 3, the vocabulary
 * @param backbone name of the backbone, for example {@code sasrec}
 * @param dimensions sizes of the model
 * @param metrics what training measured, by name
 * @param trainingOptions options the training ran with, by name
 * @param items that the model knows, and how their ids became numbers; in JSON on the same level
 * @param files SHA-256 in hexadecimal of every other file of the bundle, by file name
 */
@JsonPropertyOrder({
    "formatVersion",
    "modelVersion",
    "backbone",
    "dimensions",
    "metrics",
    "trainingOptions",
    "files",
    "itemIds",
    "vocabulary"
})
public record Manifest(
        int formatVersion,
        String modelVersion,
        String backbone,
        Dimensions dimensions,
        SortedMap<String, Object> metrics,
        SortedMap<String, Object> trainingOptions,
        @JsonUnwrapped ManifestItems items,
        SortedMap<String, String> files) {
    /**
     * This is the version of the layout that this code writes, and the newest that it reads. Format
     * 1 knew the paper's setting only; the items of format 2 had numbers for ids, and a table as
     * float32.
     */
    public static final int FORMAT_VERSION = 3;

    /** Since this format a manifest says how ids of items become numbers. */
    static final int WITH_ITEM_IDS = 3;

    /** Since this format a table may be stored in a type narrower than float32. */
    static final int WITH_PACKED_TABLES = 3;

    /** A manifest has these keys and no others. */
    static final Set<String> KEYS =
            Set.of(Manifest.class.getAnnotation(JsonPropertyOrder.class).value());

    /** Returns the raw item ids in index order, index 1 first. */
    public long[] vocabulary() {
        return items.vocabulary();
    }
}
