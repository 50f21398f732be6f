package duet.schemas.bundle;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.SortedMap;

/**
 * Holds what stands in {@code manifest.json}. It has no time, so that the same training gives the
 * same bundle.
 *
 * @param formatVersion version of the bundle's layout, {@link #FORMAT_VERSION}
 * @param modelVersion identity of the weights: the backbone's name and a hash over all weights
 * @param backbone name of the backbone, for example {@code sasrec}
 * @param dimensions sizes of the model
 * @param metrics what training measured, by name
 * @param trainingOptions options the training ran with, by name
 * @param vocabulary raw item ids in index order, index 1 first
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
    "vocabulary"
})
public record Manifest(
        int formatVersion,
        String modelVersion,
        String backbone,
        Dimensions dimensions,
        SortedMap<String, Object> metrics,
        SortedMap<String, Object> trainingOptions,
        long[] vocabulary,
        SortedMap<String, String> files) {
    /**
     * This is the version of the layout that this code writes, and the newest that it reads. Format
     * 1 knew the paper's setting only, format 2 no item table as int8.
     */
    public static final int FORMAT_VERSION = 3;
}
