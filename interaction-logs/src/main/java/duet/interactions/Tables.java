package duet.interactions;

import duet.interactions.LogFile.Compression;
import duet.interactions.LogTable.Column;
import duet.schemas.InvalidInputException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Finds out what table the files of a log are. */
final class Tables {
    private static final int SAMPLE = 200;
    private static final int MOST_SHOWN = 2_000;
    private static final int LONG_LINE = 1 << 20;
    private static final int LONG_HEADER = 1 << 15;

    /** Texts of these types are read as such only where a condition may ask for them. */
    private static final Set<String> TYPES = Set.of("BIGINT", "DOUBLE", "BOOLEAN");

    private static final List<String> DELIMITERS = List.of(",", "\t", ";", "|");

    private final DuckDb database;
    private final List<LogFile> files;
    private final LogSource source;

    Tables(DuckDb database, List<LogFile> files, LogSource source) {
        this.database = database;
        this.files = files;
        this.source = source;
    }

    LogTable find() {
        try {
            if (files.get(0).parquet()) {
                return parquet();
            }
            String first = firstLine(files.get(0));
            return first.startsWith("{") || first.startsWith("[") ? json(first) : text(first);
        } catch (SQLException e) {
            throw database.failure(source.files(), e);
        }
    }

    /**
     * Returns SQL that gives the lines of texts, empty ones as null. What stands for a separator is
     * in no text.
     */
    static String lines(List<LogFile> files, String encoding) {
        return union(
                files,
                (some, compression) ->
                        "SELECT line FROM read_csv("
                                + Sql.files(some)
                                + ", delim='\u0001\u0002\u0003\u0004', quote='', escape='',"
                                + " header=false, auto_detect=false, strict_mode=false, "
                                + bounds(compression, encoding)
                                + ", columns={'line': 'VARCHAR'})");
    }

    private static String bounds(Compression compression, String encoding) {
        return String.format(
                Locale.ROOT,
                "%s, encoding=%s, max_line_size=%d, buffer_size=%d, hive_partitioning=false",
                LogTable.compression(compression),
                Sql.text(encoding),
                TextScan.MAX_LINE,
                2 * TextScan.MAX_LINE);
    }

    /** Leaves out the blank lines above a table, the first of which DuckDB takes for the header. */
    private static String skip(LogFile file) {
        return "skip=" + file.blankLines() + ", ";
    }

    /** Makes SQL for files that are compressed in the same way, and have as many lines to skip. */
    private interface Part {
        String of(List<LogFile> files, Compression compression);
    }

    private static String union(List<LogFile> files, Part part) {
        List<String> parts = new ArrayList<>();
        int from = 0;
        for (int i = 1; i <= files.size(); i++) {
            if (i == files.size()
                    || files.get(i).compression() != files.get(from).compression()
                    || files.get(i).blankLines() != files.get(from).blankLines()) {
                parts.add(part.of(files.subList(from, i), files.get(from).compression()));
                from = i;
            }
        }
        return String.join("\nUNION ALL\n", parts);
    }

    private static String firstLine(LogFile file) {
        String first = file.text() == null ? "" : file.text().firstLine().strip();
        if (first.isEmpty()) {
            throw LogReader.noInteractions(file.path().toString());
        }
        return first;
    }

    private List<String> firstLines(LogFile file) throws SQLException {
        return database
                .rows(
                        "SELECT left(line, "
                                + MOST_SHOWN
                                + ") FROM ("
                                + lines(List.of(file), source.rows().charset())
                                + ") WHERE trim(line) <> '' LIMIT "
                                + SAMPLE)
                .stream()
                .map(row -> Objects.requireNonNull(row.get(0)).strip())
                .toList();
    }

    private LogTable parquet() throws SQLException {
        for (LogFile file : files) {
            if (!file.parquet()) {
                throw new InvalidInputException(
                        file.path() + " is no Parquet file, " + files.get(0).path() + " is one");
            }
        }
        String relation =
                "SELECT * FROM read_parquet("
                        + Sql.files(files)
                        + ", union_by_name=true, binary_as_string=true, hive_partitioning=false)";
        return new LogTable(relation, describe(relation), "Parquet", true, null);
    }

    private LogTable json(String first) throws SQLException {
        boolean array = first.startsWith("[");
        // An object that ends on a later line begins one that is spread over several.
        boolean lines = !array && !first.matches("\\{|\\{.*[,\\[{]");
        String common =
                String.format(
                        Locale.ROOT,
                        "format='%s', maximum_object_size=%d, hive_partitioning=false",
                        array ? "array" : lines ? "newline_delimited" : "unstructured",
                        2 * TextScan.MAX_LINE);
        List<Column> found = jsonColumns(common, lines).stream().filter(Tables::hasName).toList();
        Set<String> ids = idColumns(found.stream().map(Column::name).toList());
        List<Column> columns = found.stream().map(column -> column.as(type(column, ids))).toList();
        boolean skip = source.rows().skipBadRows() && lines;
        String relation =
                union(
                        files,
                        (some, compression) ->
                                "SELECT * FROM read_json("
                                        + Sql.files(some)
                                        + ", "
                                        + LogTable.compression(compression)
                                        + ", "
                                        + common
                                        + ", ignore_errors="
                                        + skip
                                        + ", columns="
                                        + struct(columns)
                                        + ")");
        return new LogTable(
                relation,
                columns,
                array ? "a JSON array" : lines ? "JSON lines" : "JSON objects",
                true,
                lines ? new LogTable.Text(false, '\0', '\0') : null);
    }

    /** Tells whether SQL can name a column; others are left aside. */
    private static boolean hasName(Column column) {
        return !column.name().isEmpty() && column.name().indexOf('\0') < 0;
    }

    private List<Column> jsonColumns(String common, boolean lines) throws SQLException {
        LogFile file = files.get(0);
        List<Column> found =
                describe(
                        "SELECT * FROM read_json("
                                + Sql.files(List.of(file))
                                // Objects that share few keys are no map: keys are columns.
                                + ", map_inference_threshold=-1, field_appearance_threshold=0,"
                                + " maximum_depth=2, ignore_errors="
                                + lines
                                + ", "
                                + LogTable.compression(file.compression())
                                + ", "
                                + common
                                + ")");
        if (!lines || found.size() > 1 || !found.get(0).name().equals("json")) {
            return found;
        }
        // A line that is no object hides the others; it is refused when it is read.
        List<Column> keys =
                database
                        .rows(
                                "SELECT DISTINCT unnest(json_keys(line)) FROM (SELECT line FROM ("
                                        + lines(List.of(file), "utf-8")
                                        + ") WHERE CASE WHEN json_valid(line) THEN json_type(line)"
                                        + " = 'OBJECT' END LIMIT "
                                        + SAMPLE
                                        + ") ORDER BY ALL")
                        .stream()
                        .map(row -> Column.of(Objects.requireNonNull(row.get(0)), "VARCHAR"))
                        .toList();
        if (keys.isEmpty()) {
            database.rows(
                    "SELECT * FROM read_json("
                            + Sql.files(List.of(file))
                            + ", columns={'json': 'VARCHAR'}, "
                            + LogTable.compression(file.compression())
                            + ", "
                            + common
                            + ") LIMIT 1");
            return found;
        }
        return keys;
    }

    private LogTable text(String first) throws SQLException {
        LogFile file = files.get(0);
        if (first.matches("sep=.")) {
            throw new InvalidInputException(
                    file.path() + ":1: \"" + first + "\" is for Excel alone; leave this line out");
        }
        boolean strict = files.stream().allMatch(f -> f.text() == null || !f.text().oddLineEnds());
        String options =
                skip(file)
                        + bounds(file.compression(), source.rows().charset())
                        + ", strict_mode="
                        + strict;
        List<List<@Nullable String>> sniffed = sniff(file, options);
        String delimiter = orEmpty(sniffed.get(0).get(0));
        String quote = quote(delimiter, sniffed.get(0).get(1));
        String escape = escape(quote, sniffed.get(0).get(2));
        if (delimiter.isEmpty() || sniffed.size() < 2) {
            throw NoTable.of(file, firstLines(file));
        }
        if (source.rows().skipBadRows()) {
            for (LogFile other : files) {
                new RowWidths(
                                other,
                                sniffed.size(),
                                delimiter.charAt(0),
                                quote.isEmpty() ? '\0' : quote.charAt(0),
                                escape.isEmpty() ? '\0' : escape.charAt(0))
                        .requireNearlyEqual();
            }
        }
        String dialect =
                String.format(
                        Locale.ROOT,
                        "delim=%s, quote=%s, escape=%s, auto_detect=false, ",
                        Sql.text(delimiter),
                        Sql.text(quote),
                        Sql.text(escape));
        List<Column> plain =
                IntStream.rangeClosed(1, sniffed.size())
                        .mapToObj(i -> Column.of("column" + i, "VARCHAR"))
                        .toList();
        List<List<@Nullable String>> sample =
                database.rows(
                        // Names and beginnings: a field may be as long as a line.
                        "SELECT left(COLUMNS(*), "
                                + MOST_SHOWN
                                + ") FROM read_csv("
                                + Sql.files(List.of(file))
                                + ", header=false, "
                                + dialect
                                + options
                                + ", columns="
                                + struct(plain)
                                + (source.rows().skipBadRows() ? ", ignore_errors=true" : "")
                                + ") LIMIT "
                                + SAMPLE);
        if (sample.isEmpty()) {
            throw LogReader.noInteractions(file.path().toString());
        }
        HeaderRow row = new HeaderRow(source);
        boolean header = row.names(sample);
        List<Column> named = header ? row.columns(sample.get(0)) : plain;
        requireSameHeader(header);
        Set<String> ids = idColumns(named.stream().map(Column::name).toList());
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < named.size(); i++) {
            Column found = Column.of(named.get(i).name(), orEmpty(sniffed.get(i).get(3)));
            columns.add(found.as(type(found, ids)));
        }
        String relation =
                union(
                        files,
                        (some, compression) ->
                                "SELECT * FROM read_csv("
                                        + Sql.files(some)
                                        + ", header="
                                        + header
                                        + ", "
                                        + dialect
                                        + skip(some.get(0))
                                        + bounds(compression, source.rows().charset())
                                        + ", strict_mode="
                                        + strict
                                        + (source.rows().skipBadRows()
                                                ? ", store_rejects=true"
                                                : "")
                                        + ", columns="
                                        + struct(columns)
                                        + ")");
        return new LogTable(
                relation,
                columns,
                shape(delimiter, header),
                header,
                new LogTable.Text(
                        header, quote.isEmpty() ? '\0' : quote.charAt(0), delimiter.charAt(0)));
    }

    /** Returns a row for each column: separator, quote, escape, type. */
    private List<List<@Nullable String>> sniff(LogFile file, String options) throws SQLException {
        String first = firstLine(file);
        if (isLong(file, first)) {
            return ofFirstLine(first);
        }
        List<List<@Nullable String>> found = sniffed(file, options, first);
        if (!found.isEmpty() && isUsual(found.get(0).get(1)) && isUsual(found.get(0).get(2))) {
            return found;
        }
        // Other quotes and escapes are guessed of texts that happen to hold them: they count only
        // where the usual ones give no table.
        List<List<@Nullable String>> usual =
                sniffed(file, options + ", quote='\"', escape='\"'", first);
        if (!usual.isEmpty() && usual.size() >= found.size()) {
            return usual;
        }
        return found.isEmpty() ? ofFirstLine(first) : found;
    }

    private static boolean isUsual(@Nullable String quote) {
        return orEmpty(quote).isEmpty() || quote.equals("\"");
    }

    /**
     * Tells whether lines are so long that DuckDB, which tries each in many ways, takes minutes.
     */
    private static boolean isLong(LogFile file, String first) {
        return file.text() != null
                && file.text().longestLine() > LONG_LINE
                && first.length() < LONG_HEADER;
    }

    /** Returns what DuckDB finds, or nothing where that is no table. */
    private List<List<@Nullable String>> sniffed(LogFile file, String options, String first) {
        try {
            List<List<@Nullable String>> found =
                    database.rows(
                            "SELECT Delimiter, Quote, Escape, c.type FROM (SELECT Delimiter, Quote,"
                                    + " Escape, unnest(Columns) AS c FROM sniff_csv("
                                    + Sql.text(file.read().toString())
                                    + ", "
                                    + options
                                    + "))");
            return found.size() < 2 || knowsMore(first, orEmpty(found.get(0).get(0)))
                    ? List.of()
                    : found;
        } catch (SQLException e) {
            // What is wrong with the file is said with its line when it is read.
            return List.of();
        }
    }

    /**
     * Guesses by the first line alone: one bad row among the first is enough for DuckDB to tell
     * nothing, and what it is has to be said.
     */
    private static List<List<@Nullable String>> ofFirstLine(String first) {
        String best = "";
        int most = 1;
        for (String delimiter : DELIMITERS) {
            int fields = fields(first, delimiter.charAt(0));
            if (fields > most) {
                most = fields;
                best = delimiter;
            }
        }
        List<@Nullable String> column = Arrays.asList(best, "\"", "\"", "VARCHAR");
        return Collections.nCopies(most, column);
    }

    /** Tells whether another separator than this makes more usual names of a line. */
    private static boolean knowsMore(String line, String delimiter) {
        long known = known(line, delimiter);
        return DELIMITERS.stream().anyMatch(other -> known(line, other) > known);
    }

    private static long known(String line, String delimiter) {
        return delimiter.isEmpty()
                ? 0
                : Pattern.compile(delimiter, Pattern.LITERAL)
                        .splitAsStream(line)
                        .filter(KnownNames::isKnown)
                        .count();
    }

    private static int fields(String line, char delimiter) {
        int fields = 1;
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            quoted ^= line.charAt(i) == '"';
            if (!quoted && line.charAt(i) == delimiter) {
                fields++;
            }
        }
        return fields;
    }

    private static String shape(String delimiter, boolean header) {
        String separated =
                switch (delimiter) {
                    case "," -> "csv";
                    case "\t" -> "tsv";
                    default -> "csv separated by '" + delimiter + "'";
                };
        return header ? separated : separated + " without a header";
    }

    private static String quote(String delimiter, @Nullable String sniffed) {
        String quote = orEmpty(sniffed);
        // Where the sample has no quotes, a comma may want one later; names with a single quote
        // stand in files of tabs.
        return quote.isEmpty() && !delimiter.equals("\t") ? "\"" : quote;
    }

    private static String escape(String quote, @Nullable String sniffed) {
        String escape = orEmpty(sniffed);
        return escape.isEmpty() ? quote : escape;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null || text.equals("(empty)") ? "" : text;
    }

    private void requireSameHeader(boolean header) throws SQLException {
        if (!header) {
            return;
        }
        String first = firstLine(files.get(0));
        for (LogFile file : files.subList(1, files.size())) {
            String other = firstLine(file);
            if (!other.equals(first)) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "%s:%d: other columns than in %s: \"%s\"",
                                file.path(),
                                file.blankLines() + 1,
                                files.get(0).path(),
                                DuckDb.excerpt(other)));
            }
        }
    }

    /** Returns the columns that hold ids, which are read as they stand there. */
    private Set<String> idColumns(List<String> names) {
        Set<String> ids =
                names.stream()
                        .filter(
                                name ->
                                        KnownNames.isOneOf(KnownNames.USERS, name)
                                                || KnownNames.isOneOf(KnownNames.ITEMS, name))
                        .collect(Collectors.toCollection(HashSet::new));
        ColumnMapping asked = source.columns();
        for (int i = 0; i < names.size(); i++) {
            for (String column : new @Nullable String[] {asked.user(), asked.item()}) {
                if (column != null
                        && (column.equalsIgnoreCase(names.get(i))
                                || column.equals(String.valueOf(i + 1)))) {
                    ids.add(names.get(i));
                }
            }
        }
        return ids;
    }

    private String type(Column column, Set<String> ids) {
        boolean asked = source.rows().where() != null || source.rows().query() != null;
        return asked && TYPES.contains(column.type()) && !ids.contains(column.name())
                ? column.type()
                : "VARCHAR";
    }

    private static String struct(List<Column> columns) {
        return columns.stream()
                .map(column -> Sql.text(column.name()) + ": " + Sql.text(column.type()))
                .collect(Collectors.joining(", ", "{", "}"));
    }

    /** Returns the columns of a relation. */
    List<Column> describe(String relation) throws SQLException {
        return database.rows("DESCRIBE " + relation).stream()
                .map(
                        row ->
                                Column.of(
                                        Objects.requireNonNull(row.get(0)),
                                        Objects.requireNonNull(row.get(1))))
                .toList();
    }
}
