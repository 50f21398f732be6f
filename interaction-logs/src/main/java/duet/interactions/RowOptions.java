package duet.interactions;

import org.jspecify.annotations.Nullable;

/**
 * Says which rows of a table are interactions.
 *
 * @param where condition in SQL on the columns of the table; null for all rows
 * @param query one SELECT over the table {@code log} that gives the rows; null for the table itself
 * @param charset of the text, {@code utf-8} or {@code latin-1}
 * @param skipBadRows whether rows that cannot be read, or that lack an id or a time, are left out
 *     and counted; otherwise the first is an error
 */
public record RowOptions(
        @Nullable String where, @Nullable String query, String charset, boolean skipBadRows) {

    /** Takes all rows of UTF-8 text, each of which has to be sound. */
    public static final RowOptions ALL = new RowOptions(null, null, "utf-8", false);
}
