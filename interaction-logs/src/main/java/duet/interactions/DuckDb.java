package duet.interactions;

import duet.interactions.LogTable.Column;
import duet.schemas.InvalidInputException;
import duet.schemas.OneLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Holds a DuckDB of its own in this process: bounded memory, no extension from the network, no file
 * but those of the log. What it says of a file becomes a line that names file and line.
 */
final class DuckDb implements AutoCloseable {
    private static final String MEMORY = "1GB";
    private static final int MOST_THREADS = 4;
    private static final int MOST_SHOWN = 80;
    private static final int MOST_REASON = 300;
    private static final int KIB = 1 << 10;
    private static final String ENDED = "database has been invalidated";
    private static final Pattern ORIGINAL =
            Pattern.compile("Original error: \"(.*)\"", Pattern.DOTALL);

    private static final Pattern CSV_LINE = Pattern.compile("CSV Error on Line: (\\d+)");
    private static final Pattern CSV_COLUMNS =
            Pattern.compile("Expected Number of Columns: (\\d+) Found: (\\d+)");
    private static final Pattern CSV_DELIMITER = Pattern.compile("\n\\s*delimiter = (\\\\t|.) \\(");
    private static final Pattern CSV_QUOTE = Pattern.compile("\n\\s*quote = (.) \\(");
    private static final Pattern CSV_FILE = Pattern.compile("\n\\s*file = (.*)");
    private static final Pattern JSON =
            Pattern.compile(
                    "(?:Malformed JSON|JSON transform error) in file \"(.*)\",(?: at byte \\d+)? in"
                            + " (line|record/value) (\\d+): ([^\n]*)");
    private static final Pattern KIND = Pattern.compile("^(?:[A-Z][A-Za-z]* )+Error: ");

    private final Connection connection;
    private final List<LogFile> files;
    private @Nullable SQLException failure;

    private DuckDb(Connection connection, List<LogFile> files) {
        this.connection = connection;
        this.files = files;
    }

    /**
     * Opens a database that can read these files and nothing else.
     *
     * @param scratch where it may put what it has no memory for
     */
    static DuckDb open(List<LogFile> files, Path scratch) {
        Properties properties = new Properties();
        properties.setProperty("jdbc_stream_results", "true");
        properties.setProperty("memory_limit", MEMORY);
        properties.setProperty(
                "threads",
                String.valueOf(Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors())));
        properties.setProperty("temp_directory", scratch.toString());
        properties.setProperty("autoinstall_known_extensions", "false");
        properties.setProperty("autoload_known_extensions", "false");
        properties.setProperty("preserve_insertion_order", "true");
        Connection connection;
        try {
            connection = DriverManager.getConnection("jdbc:duckdb:", properties);
        } catch (SQLException e) {
            throw new IllegalStateException(
                    "DuckDB, which reads logs, does not start: " + OneLine.of(e), e);
        }
        LoadedLibraries.unlink();
        DuckDb database = new DuckDb(connection, files);
        try {
            database.execute("SET TimeZone = 'UTC'");
            database.execute("SET enable_progress_bar = false");
            database.execute(
                    "SET max_temp_directory_size = '" + mostScratch(scratch) / KIB + "KiB'");
            database.execute("SET allowed_paths = " + Sql.files(files));
            database.execute("SET allowed_directories = " + Sql.texts(List.of(scratch.toString())));
            database.execute("SET enable_external_access = false");
            database.execute("SET lock_configuration = true");
        } catch (SQLException e) {
            database.close();
            throw new IllegalStateException("DuckDB cannot be set up: " + OneLine.of(e), e);
        }
        return database;
    }

    /** Leaves half of the room for others. */
    private static long mostScratch(Path scratch) {
        try {
            return Math.max(1 << 20, Files.getFileStore(scratch).getUsableSpace() / 2);
        } catch (IOException e) {
            throw new IllegalStateException(scratch + " cannot be used: " + OneLine.of(e), e);
        }
    }

    /** Runs what gives no rows. */
    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw first(e);
        }
    }

    /**
     * Returns the failure that has ended the database where this one only says that it is ended.
     */
    private SQLException first(SQLException e) {
        if (failure != null && String.valueOf(e.getMessage()).contains(ENDED)) {
            if (failure != e) {
                failure.addSuppressed(e);
            }
            return failure;
        }
        failure = e;
        return e;
    }

    /** Hears the rows of a result. */
    @FunctionalInterface
    interface Rows {
        void next(ResultSet row) throws SQLException;
    }

    /**
     * Runs a query, row by row as it goes on.
     *
     * @param columns of the result, for finding out why it failed
     */
    void query(String sql, Collection<String> columns, Rows rows) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            while (result.next()) {
                rows.next(result);
            }
        } catch (SQLException e) {
            throw reason(sql, columns, e);
        }
    }

    /** Returns the rows of a small result as texts. */
    List<List<@Nullable String>> rows(String sql) throws SQLException {
        List<List<@Nullable String>> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                List<@Nullable String> row = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    row.add(result.getString(i));
                }
                rows.add(row);
            }
        } catch (SQLException e) {
            throw reason(sql, List.of(), e);
        }
        return rows;
    }

    /**
     * A result that is handed out while it is made has lost why it ends: made whole, it says so.
     */
    private SQLException reason(String sql, Collection<String> columns, SQLException lost) {
        if (lost.getMessage() == null || !lost.getMessage().contains("Invalid result set")) {
            return first(lost);
        }
        String all =
                columns.isEmpty()
                        ? "max(COLUMNS(*)::VARCHAR)"
                        : String.join(", ", columns.stream().map(c -> "max(" + c + ")").toList());
        try {
            execute(
                    "CREATE OR REPLACE TEMP TABLE duet_reason AS SELECT "
                            + all
                            + " FROM ("
                            + sql
                            + "\n)");
            return lost;
        } catch (SQLException e) {
            return e;
        }
    }

    /**
     * Makes an error of one line of what DuckDB says.
     *
     * @param what it was about, such as a pattern of files or an option
     */
    InvalidInputException failure(String what, SQLException e) {
        String message = e.getMessage() == null ? "" : e.getMessage();
        Matcher original = ORIGINAL.matcher(message);
        if (message.contains(ENDED) && original.find()) {
            message = original.group(1);
        }
        Matcher json = JSON.matcher(message);
        if (json.find()) {
            return json(json, e);
        }
        Matcher line = CSV_LINE.matcher(message);
        if (line.find()) {
            return csv(message, line, e);
        }
        String first =
                KIND.matcher(OneLine.of(message.lines().findFirst().orElse(""))).replaceFirst("");
        if (message.contains("Out of Memory Error")) {
            first = "does not fit into the " + MEMORY + " that reading may take: " + first;
        } else if (message.contains("seek a compressed CSV")) {
            first = "its first rows are too long to be read from a packed file; unpack it";
        } else if (message.contains("state machine reached an invalid state")) {
            first = "quotes or ends of lines are not those of a csv file";
        }
        return new InvalidInputException(what + ": " + OneLine.of(first, MOST_REASON), e);
    }

    /**
     * Makes an error of one line of what DuckDB says of SQL that a user has written.
     *
     * @param option that has the SQL
     * @param columns what it may ask for
     */
    InvalidInputException failure(String option, List<Column> columns, SQLException e) {
        InvalidInputException failure = failure(option, e);
        return String.valueOf(e.getMessage()).contains("Referenced column")
                ? new InvalidInputException(
                        failure.getMessage() + " The columns are " + FoundColumns.names(columns), e)
                : failure;
    }

    /** Says where the JSON is bad; DuckDB counts lines and records by what it has read so far. */
    private InvalidInputException json(Matcher json, SQLException e) {
        String reason =
                json.group(4)
                        .replace("Try auto-detecting the JSON format", "")
                        .replaceFirst("^Expected OBJECT, but got .*", "not an object")
                        .strip()
                        .replaceFirst("\\.$", "");
        boolean value = reason.startsWith("Failed to cast");
        String bad = (value ? "" : "malformed JSON: ") + OneLine.of(reason, MOST_REASON);
        if (!json.group(2).equals("line")) {
            return new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s, record %s: %s",
                            shown(json.group(1)),
                            json.group(3),
                            bad),
                    e);
        }
        for (LogFile file : value ? List.<LogFile>of() : files) {
            try {
                List<List<@Nullable String>> line = rows(badJson(file));
                if (!line.isEmpty()) {
                    String text = Objects.requireNonNull(line.get(0).get(1)).strip();
                    return new InvalidInputException(
                            String.format(
                                    Locale.ROOT,
                                    "%s:%s: %s: \"%s\"",
                                    file.path(),
                                    line.get(0).get(0),
                                    text.matches("\\{u?'.*")
                                            ? "a dictionary of Python, no JSON; json.dumps makes it"
                                                    + " JSON"
                                            : bad,
                                    excerpt(text)),
                            e);
                }
            } catch (SQLException unreadable) {
                e.addSuppressed(unreadable);
            }
        }
        return new InvalidInputException(
                String.format(Locale.ROOT, "%s:%s: %s", shown(json.group(1)), json.group(3), bad),
                e);
    }

    /** Returns SQL for the first line that is no JSON object: its number, from 1, and its text. */
    private static String badJson(LogFile file) {
        return "SELECT n, line FROM (SELECT row_number() OVER () AS n, line FROM ("
                + Tables.lines(List.of(file), "utf-8")
                + ")) WHERE trim(line) <> '' AND CASE WHEN json_valid(line) THEN json_type(line) <>"
                + " 'OBJECT' ELSE true END LIMIT 1";
    }

    private InvalidInputException csv(String message, Matcher line, SQLException e) {
        Matcher file = CSV_FILE.matcher(message);
        String text = message.substring(line.end()).strip();
        String original =
                text.startsWith("Original Line:")
                        ? text.substring("Original Line:".length()).strip()
                        : "";
        if (original.startsWith("Expected Number")) {
            // The line is blank, and this already says what is wrong with it.
            original = "";
        }
        String read = file.find() ? file.group(1).strip() : "";
        LogFile named =
                files.stream()
                        .filter(f -> f.read().toString().equals(read))
                        .findFirst()
                        .orElse(files.get(0));
        return new InvalidInputException(
                String.format(
                        Locale.ROOT,
                        "%s:%d: %s: \"%s\"",
                        named.path(),
                        line(named, message, Long.parseLong(line.group(1))),
                        csvReason(message),
                        excerpt(original.lines().findFirst().orElse(""))),
                e);
    }

    /** Returns a line of a file; DuckDB counts what stands in quotes on several lines as one. */
    private static long line(LogFile file, String message, long record) {
        Matcher delimiter = CSV_DELIMITER.matcher(message);
        Matcher quote = CSV_QUOTE.matcher(message);
        return delimiter.find() && quote.find()
                ? RowPlaces.ofText(
                                file,
                                new LogTable.Text(
                                        false,
                                        quote.group(1).charAt(0),
                                        delimiter.group(1).length() > 1
                                                ? '\t'
                                                : delimiter.group(1).charAt(0)))
                        .lineOfRecord(file, record)
                : record;
    }

    private static String csvReason(String message) {
        Matcher columns = CSV_COLUMNS.matcher(message);
        if (columns.find()) {
            return String.format(
                    Locale.ROOT,
                    "expected %s columns, there are %s",
                    columns.group(1),
                    columns.group(2));
        }
        if (message.contains("unterminated quote")) {
            return "a quote does not end";
        }
        if (message.contains("Invalid unicode")) {
            return "not UTF-8 text; is it --charset latin-1?";
        }
        if (message.contains("Maximum line size")) {
            return String.format(Locale.ROOT, "longer than %,d bytes", TextScan.MAX_LINE);
        }
        if (message.contains("when converting column")) {
            return message.lines()
                    .filter(l -> l.contains("when converting column"))
                    .findFirst()
                    .orElse("")
                    .strip();
        }
        return "not a row of the table";
    }

    private String shown(String read) {
        return files.stream()
                .filter(file -> file.read().toString().equals(read))
                .map(file -> file.path().toString())
                .findFirst()
                .orElse(read);
    }

    /** Cuts a text to what a message can show. */
    static String excerpt(String text) {
        return OneLine.of(text.replace("\t", "\\t"), MOST_SHOWN)
                + (text.length() > MOST_SHOWN ? "…" : "");
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException("DuckDB does not close: " + OneLine.of(e), e);
        }
    }
}
