package duet.interactions;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Knows of a file what has to be known before it is read.
 *
 * @param path as it was given, for messages
 * @param read where it is read from: the same file, under a name without the signs of a glob, or a
 *     copy without a byte order mark
 * @param compression what its first bytes say
 * @param parquet whether its first bytes say that it is Parquet
 * @param text what its text showed; null where it was not looked at
 */
record LogFile(
        Path path, Path read, Compression compression, boolean parquet, @Nullable TextFacts text) {

    /** How a file is compressed; the names are DuckDB's. */
    enum Compression {
        NONE,
        GZIP,
        ZSTD
    }

    /** Returns whether nothing but blank lines stands in it. */
    boolean isEmpty() {
        return text != null && text.firstLine().isBlank();
    }

    /** Returns how many blank lines stand above the first that is not blank. */
    int blankLines() {
        return text == null ? 0 : text.blankLines();
    }

    /**
     * Says what was found in a text.
     *
     * @param firstLine the first that is not blank, without its end and byte order mark
     * @param blankLines how many blank lines stand above it
     * @param byteOrderMark whether it begins with one
     * @param oddLineEnds whether lines end in different ways
     * @param longestLine in bytes
     */
    record TextFacts(
            String firstLine,
            int blankLines,
            boolean byteOrderMark,
            boolean oddLineEnds,
            long longestLine) {}
}
