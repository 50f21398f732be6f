package duet.interactions;

import duet.interactions.LogFile.Compression;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Is a log as a table that DuckDB can read.
 *
 * @param relation SQL that gives the table
 * @param columns their names and DuckDB's types, in order
 * @param shape what it is, in words
 * @param named whether its columns have names of their own
 * @param text how rows stand in the text, to find a line; null where they stand in none
 */
record LogTable(
        String relation, List<Column> columns, String shape, boolean named, @Nullable Text text) {

    /**
     * Is a column.
     *
     * @param name its name, or its number where it has none
     * @param type DuckDB's, as which it is read
     * @param likeTimes whether its values look like dates, also where they are read as texts
     * @param nesting whether a value of it is more than one, also where they are read as texts
     */
    record Column(String name, String type, boolean likeTimes, Nesting nesting) {

        static Column of(String name, String type) {
            return new Column(name, type, isTime(type), Nesting.of(type));
        }

        /** Returns the same, read as another type. */
        Column as(String other) {
            return new Column(name, other, likeTimes, nesting);
        }

        static boolean isTime(String type) {
            return type.startsWith("TIMESTAMP") || type.equals("DATE");
        }

        boolean isText() {
            return type.equals("VARCHAR");
        }

        boolean isTime() {
            return isTime(type);
        }

        boolean hasFraction() {
            return type.equals("DOUBLE") || type.equals("FLOAT") || type.startsWith("DECIMAL");
        }
    }

    /** Says what values are. */
    enum Nesting {
        NONE,
        LIST,
        OBJECT;

        private static Nesting of(String type) {
            if (type.endsWith("]")) {
                return LIST;
            }
            return type.startsWith("STRUCT") || type.startsWith("MAP") ? OBJECT : NONE;
        }
    }

    /**
     * Says how rows stand in a text.
     *
     * @param header whether the first row of each file names the columns
     * @param quote within which ends of lines do not count; 0 for none
     * @param delimiter before which, and at the start of a line, a quote may stand
     */
    record Text(boolean header, char quote, char delimiter) {}

    static String compression(Compression compression) {
        return "compression="
                + switch (compression) {
                    case NONE -> "'none'";
                    case GZIP -> "'gzip'";
                    case ZSTD -> "'zstd'";
                };
    }
}
