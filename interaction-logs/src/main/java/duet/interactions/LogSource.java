package duet.interactions;

import duet.schemas.bundle.ItemIds;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Says which log is read, and how.
 *
 * @param files path of a file, or a glob such as {@code events/*.parquet}
 * @param format null for a table: csv, tsv, JSON lines or Parquet, plain or compressed
 * @param columns which column is what
 * @param rows which rows are interactions
 * @param limits what is taken of each user
 * @param items how ids of items become numbers; null to take the numbers themselves where all are
 *     numbers, and hashes otherwise
 */
public record LogSource(
        String files,
        @Nullable LogFormat format,
        ColumnMapping columns,
        RowOptions rows,
        UserLimits limits,
        @Nullable ItemIds items) {

    /**
     * Returns the files of the log, sorted by name.
     *
     * @throws duet.schemas.InvalidInputException if there is none, there are too many, or it is a
     *     directory
     */
    public List<Path> paths() {
        return LogFiles.find(files);
    }

    /** Returns a log that is read as it is. */
    public static LogSource of(String files, @Nullable LogFormat format) {
        return new LogSource(
                files, format, ColumnMapping.RECOGNISED, RowOptions.ALL, UserLimits.NONE, null);
    }
}
