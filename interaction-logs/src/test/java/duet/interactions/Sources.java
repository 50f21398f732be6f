package duet.interactions;

import duet.schemas.bundle.ItemIds;
import org.jspecify.annotations.Nullable;

/** Makes other sources of one. */
final class Sources {
    private Sources() {}

    static LogSource withColumns(LogSource source, ColumnMapping columns) {
        return new LogSource(
                source.files(),
                source.format(),
                columns,
                source.rows(),
                source.limits(),
                source.items());
    }

    static LogSource withRows(LogSource source, RowOptions rows) {
        return new LogSource(
                source.files(),
                source.format(),
                source.columns(),
                rows,
                source.limits(),
                source.items());
    }

    static LogSource withLimits(LogSource source, UserLimits limits) {
        return new LogSource(
                source.files(),
                source.format(),
                source.columns(),
                source.rows(),
                limits,
                source.items());
    }

    static LogSource withItems(LogSource source, @Nullable ItemIds items) {
        return new LogSource(
                source.files(),
                source.format(),
                source.columns(),
                source.rows(),
                source.limits(),
                items);
    }
}
