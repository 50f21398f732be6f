package duet.interactions;

import duet.schemas.bundle.ItemIds;
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

    /** Returns a log that is read as it is. */
    public static LogSource of(String files, @Nullable LogFormat format) {
        return new LogSource(
                files, format, ColumnMapping.RECOGNISED, RowOptions.ALL, UserLimits.NONE, null);
    }

    /** Returns the same with another mapping of columns. */
    public LogSource withColumns(ColumnMapping columns) {
        return new LogSource(files, format, columns, rows, limits, items);
    }

    /** Returns the same with another choice of rows. */
    public LogSource withRows(RowOptions rows) {
        return new LogSource(files, format, columns, rows, limits, items);
    }

    /** Returns the same with other limits of users. */
    public LogSource withLimits(UserLimits limits) {
        return new LogSource(files, format, columns, rows, limits, items);
    }

    /** Returns the same with item ids by the rule of a model. */
    public LogSource withItems(@Nullable ItemIds items) {
        return new LogSource(files, format, columns, rows, limits, items);
    }
}
