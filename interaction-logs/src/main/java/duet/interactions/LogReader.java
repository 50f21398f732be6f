package duet.interactions;

import duet.interactions.LogTable.Column;
import duet.interactions.ReadReport.Columns;
import duet.interactions.ReadReport.Repeats;
import duet.interactions.ReadReport.Time;
import duet.schemas.InvalidInputException;
import duet.schemas.OneLine;
import duet.schemas.Quantity;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads interaction logs of any shape: the formats of {@link LogFormat}, and tables as csv, tsv,
 * JSON lines or Parquet, plain, as gzip or zstd, in one file or many. Ids of users and items are
 * texts, just as they stand there but for blanks around them. Times become milliseconds since 1970.
 * Users stand in the order in which they first appear, their interactions by time, those of one
 * time in the order of the file. Whatever is wrong is an {@link InvalidInputException} that names
 * file, line and value.
 */
public final class LogReader {
    private static final int PROGRESS = 1 << 15;
    private static final Set<String> ENCODINGS = Set.of("utf-8", "latin-1");

    private final LogSource source;
    private final ReadListener listener;
    private final List<LogFile> files = new ArrayList<>();
    private String packing = "";

    private LogReader(LogSource source, ReadListener listener) {
        this.source = source;
        this.listener = listener;
    }

    /**
     * Reads a log.
     *
     * @throws InvalidInputException if a file is missing or unreadable, what stands in it is no
     *     log, or no user has enough interactions
     */
    public static ReadLog read(LogSource source) {
        return read(source, ReadListener.NONE);
    }

    /**
     * Reads a log.
     *
     * @param listener hears how far it is
     * @throws InvalidInputException if a file is missing or unreadable, what stands in it is no
     *     log, or no user has enough interactions
     */
    public static ReadLog read(LogSource source, ReadListener listener) {
        return new LogReader(source, listener).read();
    }

    /**
     * Returns the files that a path or a glob names, in the order in which they are read.
     *
     * @throws InvalidInputException if there is none
     */
    public static List<Path> files(String files) {
        return LogFiles.find(files);
    }

    static InvalidInputException noInteractions(String what) {
        return new InvalidInputException(what + ": there are no interactions in it");
    }

    private ReadLog read() {
        if (!ENCODINGS.contains(source.rows().charset())) {
            throw new InvalidInputException(
                    "unknown charset \""
                            + OneLine.of(source.rows().charset())
                            + "\", known are utf-8 and latin-1");
        }
        List<Path> found = LogFiles.find(source.files());
        try (Scratch scratch = Scratch.make()) {
            List<LogFile> looked = new ArrayList<>();
            for (Path path : found) {
                looked.add(LogFiles.look(path, source.rows().charset(), scratch.directory()));
            }
            // Days without events, and the marks that batch jobs leave beside their parts.
            List<LogFile> filled = looked.stream().filter(file -> !file.isEmpty()).toList();
            if (filled.isEmpty()) {
                throw noInteractions(source.files());
            }
            int empty = looked.size() - filled.size();
            packing =
                    LogFiles.packing(filled)
                            + (empty == 0
                                    ? ""
                                    : ", " + Quantity.of(empty, "empty file") + " left out");
            filled.forEach(file -> files.add(prepared(file, scratch.directory())));
            try (DuckDb database = DuckDb.open(files, scratch.directory())) {
                return isTable() ? table(database) : lines(database);
            }
        }
    }

    private boolean isTable() {
        return source.format() == null || source.format() == LogFormat.CSV;
    }

    private static LogFile prepared(LogFile file, Path scratch) {
        LogFile.TextFacts text = file.text();
        if (text == null) {
            return file;
        }
        boolean json = text.firstLine().startsWith("{") || text.firstLine().startsWith("[");
        return text.oddLineEnds() || json && text.byteOrderMark()
                ? LogFiles.plain(file, text, scratch)
                : file;
    }

    private ReadLog table(DuckDb database) {
        LogTable table = new Tables(database, files, source).find();
        try {
            return rows(database, table);
        } catch (SQLException e) {
            throw database.failure(source.files(), e);
        }
    }

    private ReadLog rows(DuckDb database, LogTable file) throws SQLException {
        database.execute("CREATE VIEW log AS " + file.relation());
        RowOptions options = source.rows();
        LogTable table = file;
        String from = "log";
        if (options.query() != null) {
            requireOneSelect(database, "--query", options.query());
            from = "(" + options.query() + "\n) AS log";
            try {
                table =
                        new LogTable(
                                from,
                                new Tables(database, files, source)
                                        .describe("SELECT * FROM " + from),
                                file.shape() + " through --query",
                                true,
                                null);
            } catch (SQLException e) {
                throw database.failure("--query", file.columns(), e);
            }
        }
        FoundColumns columns = FoundColumns.of(source.columns(), table, source.files(), begin());
        Column time = columns.time();
        if (time == null && source.columns().time() == null) {
            LikelyTimes.requireNone(database, from, table, columns, source.files());
        }
        TimeText timeText =
                time == null
                        ? null
                        : TimeText.of(
                                database,
                                from,
                                time,
                                source.files() + ", column " + DuckDb.excerpt(time.name()));
        String select =
                String.format(
                        Locale.ROOT,
                        "SELECT %s AS u, %s AS i, %s AS t, %s AS m",
                        bounded(id(database, from, columns.user())),
                        bounded(id(database, from, columns.item())),
                        timeText == null ? "NULL" : bounded(timeText.text()),
                        timeText == null || timeText.micros() == null ? "NULL" : timeText.micros());
        boolean numbered = options.where() != null;
        String sql = select + " FROM " + from;
        if (numbered) {
            requireOneSelect(
                    database, "--where", "SELECT 1 FROM log WHERE (" + options.where() + "\n)");
            sql =
                    select
                            + ", duet_row AS r FROM (SELECT *, row_number() OVER () AS duet_row"
                            + " FROM "
                            + from
                            + ") AS log WHERE ("
                            + options.where()
                            + "\n)";
            try {
                database.rows("DESCRIBE " + sql);
            } catch (SQLException e) {
                throw database.failure("--where", table.columns(), e);
            }
        }
        return collect(database, sql, table, columns, timeText);
    }

    /** Holds what a pass over the rows gave. */
    private record Pass(RowSink sink, Refusals refusals, Times times, long rows) {}

    private ReadLog collect(
            DuckDb database,
            String sql,
            LogTable table,
            FoundColumns columns,
            @Nullable TimeText timeText)
            throws SQLException {
        Pass pass = pass(database, sql, table, columns, timeText, false);
        if (pass.times().hasUnlikely()) {
            if (!source.rows().skipBadRows()) {
                pass.times().refuseUnlikely(pass.sink());
            }
            // Which times are none is known only now.
            pass = pass(database, sql, table, columns, timeText, true);
        }
        Column time = columns.time();
        String unit = "order";
        if (timeText != null && time != null) {
            unit =
                    timeText.micros() != null
                            ? "dates"
                            : pass.times()
                                    .unit(
                                            source.files()
                                                    + ", column "
                                                    + DuckDb.excerpt(time.name()),
                                            pass.refusals());
        }
        if (unit.equals(Times.NUMBERS) && source.columns().time() == null) {
            requireTimes(pass, columns);
        }
        return finish(pass, table.shape(), shown(table, columns), unit);
    }

    /** Refuses a column of the hour or the day alone that was taken for times by its name. */
    private void requireTimes(Pass pass, FoundColumns columns) {
        Column time = Objects.requireNonNull(columns.time());
        List<String> others = columns.others().time();
        if (!others.isEmpty() || pass.times().arePartsOfDates() && KnownNames.isDate(time.name())) {
            throw pass.times().noDates(source.files(), DuckDb.excerpt(time.name()), others);
        }
    }

    private Pass pass(
            DuckDb database,
            String sql,
            LogTable table,
            FoundColumns columns,
            @Nullable TimeText timeText,
            boolean refuseUnlikely)
            throws SQLException {
        RowPlaces places = RowPlaces.ofTable(files, source, table);
        Refusals refusals = new Refusals(places, source.rows().skipBadRows());
        Times times = new Times(refuseUnlikely);
        boolean numbered = source.rows().where() != null;
        RowSink sink = new RowSink(timeText != null, refusals, source.rows().query() == null);
        long[] count = {0};
        database.query(
                sql,
                List.of("u", "i", "t", "m"),
                row -> {
                    count[0]++;
                    long number = numbered ? row.getLong(5) : count[0];
                    String user = row.getString(1);
                    String item = row.getString(2);
                    if (columns.user().name().equals(user) && columns.item().name().equals(item)) {
                        sink.refuse("names of columns among the rows", "", number, user);
                    } else if (sink.sound(user, item, number)) {
                        if (timeText == null) {
                            sink.add(user, item, 0);
                        } else {
                            String text = row.getString(3);
                            long millis = millis(row, timeText, times, text, number);
                            sink.add(user, item, millis, text == null ? "" : text, number);
                        }
                    }
                    if (count[0] % PROGRESS == 0) {
                        listener.rows(count[0]);
                    }
                });
        listener.rows(count[0]);
        if (source.rows().skipBadRows()) {
            new Rejects(database, files).handTo(refusals, places);
        }
        return new Pass(sink, refusals, times, count[0] + refusals.rows() - sink.refused());
    }

    private static long millis(
            ResultSet row, TimeText timeText, Times times, @Nullable String text, long number)
            throws SQLException {
        if (text == null || text.isBlank() || text.length() >= RowSink.MOST_OF_TEXT) {
            return Times.NONE;
        }
        if (timeText.micros() == null) {
            return times.millis(text.strip(), number);
        }
        long micros = row.getLong(4);
        return row.wasNull() ? Times.NONE : times.date(micros, text, number);
    }

    private static Columns shown(LogTable table, FoundColumns found) {
        return new Columns(
                shown(table, found.user()),
                shown(table, found.item()),
                found.time() == null ? null : shown(table, found.time()),
                found.others());
    }

    /** Cuts a text that is refused anyway: thousands of them are brought here at once. */
    private static String bounded(String text) {
        return "left(" + text + ", " + RowSink.MOST_OF_TEXT + ")";
    }

    private static String shown(LogTable table, Column column) {
        return table.named()
                ? DuckDb.excerpt(column.name())
                : "column " + (table.columns().indexOf(column) + 1);
    }

    /** Returns the first line, as far as messages show it. */
    private String begin() {
        LogFile.TextFacts text = files.get(0).text();
        return text == null ? "" : DuckDb.excerpt(text.firstLine());
    }

    /** Writes an id as a text: as it stands there, and a whole number without a fraction. */
    private static String id(DuckDb database, String from, Column column) throws SQLException {
        String name = Sql.name(column.name());
        if (column.isText()) {
            return name;
        }
        if (column.hasFraction()) {
            String whole =
                    database.rows(
                                    "SELECT bool_and("
                                            + name
                                            + " = trunc("
                                            + name
                                            + ")) FROM "
                                            + from)
                            .get(0)
                            .get(0);
            if (!"false".equals(whole)) {
                return "CAST(try_cast(" + name + " AS HUGEINT) AS VARCHAR)";
            }
        }
        return "CAST(" + name + " AS VARCHAR)";
    }

    private static void requireOneSelect(DuckDb database, String option, String sql)
            throws SQLException {
        String parsed =
                database.rows("SELECT json_serialize_sql(" + Sql.text(sql) + ")").get(0).get(0);
        if (parsed != null && parsed.startsWith("{\"error\":true")) {
            String message =
                    database.rows(
                                    "SELECT json_extract_string(json_serialize_sql("
                                            + Sql.text(sql)
                                            + "), '$.error_message')")
                            .get(0)
                            .get(0);
            throw new InvalidInputException(
                    option
                            + ": "
                            + (message == null || message.contains("Only SELECT")
                                    ? "it has to be one SELECT"
                                    : OneLine.of(message.lines().findFirst().orElse(""), 300)));
        }
        String statements =
                database.rows(
                                "SELECT json_array_length(json_serialize_sql("
                                        + Sql.text(sql)
                                        + "), '$.statements')")
                        .get(0)
                        .get(0);
        if (!"1".equals(statements)) {
            throw new InvalidInputException(option + ": it has to be one SELECT");
        }
    }

    private ReadLog lines(DuckDb database) {
        LogFormat format = Objects.requireNonNull(source.format());
        if (!source.columns().equals(ColumnMapping.RECOGNISED)
                || source.rows().where() != null
                || source.rows().query() != null) {
            throw new InvalidInputException(
                    "--format "
                            + format.id()
                            + " says what its columns are: --columns, --where and --query are for"
                            + " tables");
        }
        if (files.stream().anyMatch(LogFile::parquet)) {
            throw new InvalidInputException(
                    source.files() + " is Parquet, which needs no --format " + format.id());
        }
        boolean timed = format == LogFormat.ML_100K || format == LogFormat.ML_1M;
        Pass pass = pass(database, format, timed, false);
        if (pass.times().hasUnlikely()) {
            if (!source.rows().skipBadRows()) {
                pass.times().refuseUnlikely(pass.sink());
            }
            pass = pass(database, format, timed, true);
        }
        return finish(
                pass,
                format.id(),
                switch (format) {
                    case SEQUENCE -> Columns.of("the first field", "the others", null);
                    case PAIRS -> Columns.of("field 1", "field 2", null);
                    default -> Columns.of("field 1", "field 2", "field 4");
                },
                timed ? pass.times().unit(source.files(), pass.refusals()) : "order");
    }

    private Pass pass(DuckDb database, LogFormat format, boolean timed, boolean refuseUnlikely) {
        Refusals refusals =
                new Refusals(RowPlaces.ofLines(files, source), source.rows().skipBadRows());
        RowSink sink = new RowSink(timed, refusals, true);
        Times times = new Times(refuseUnlikely);
        LineParser parser = new LineParser(format, sink, times);
        long[] count = {0};
        String lines = Tables.lines(files, source.rows().charset());
        boolean cut = format != LogFormat.SEQUENCE;
        try {
            database.query(
                    cut ? "SELECT " + bounded("line") + " AS line FROM (" + lines + ")" : lines,
                    List.of("line"),
                    row -> {
                        count[0]++;
                        String line = row.getString(1);
                        if (cut && line != null && line.length() >= RowSink.MOST_OF_TEXT) {
                            parser.refuseLong(line, count[0]);
                        } else if (line != null && !line.isBlank()) {
                            parser.next(line.strip(), count[0]);
                        }
                        if (count[0] % PROGRESS == 0) {
                            listener.rows(count[0]);
                        }
                    });
        } catch (SQLException e) {
            throw database.failure(source.files(), e);
        }
        listener.rows(count[0]);
        return new Pass(sink, refusals, times, parser.rows());
    }

    private InvalidInputException nothingLeft(List<ReadReport.Refused> refused) {
        if (!refused.isEmpty()) {
            ReadReport.Refused first = refused.get(0);
            return new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s: every row is bad, %s with %s such as \"%s\"",
                            source.files(),
                            Quantity.of(first.rows(), "row"),
                            first.kind(),
                            first.text()));
        }
        return source.rows().where() == null
                ? noInteractions(source.files())
                : new InvalidInputException(
                        source.files() + ": there is no row for which --where holds");
    }

    private ReadLog finish(Pass pass, String shape, Columns columns, String unit) {
        Interactions interactions = pass.sink().interactions();
        List<ReadReport.Refused> refused = pass.refusals().all();
        if (interactions.size() == 0) {
            throw nothingLeft(refused);
        }
        Long first = interactions.earliest();
        Long last = interactions.latest();
        ReadLog.Tallies tallies = interactions.tallies();
        Interactions.Kept kept = interactions.keep(source.files(), source.items(), source.limits());
        return new ReadLog(
                kept.log(),
                new ReadReport(
                        files.stream().map(file -> file.path().toString()).toList(),
                        shape + packing,
                        columns,
                        new Time(unit, first, last),
                        pass.rows(),
                        refused,
                        new Repeats(kept.repeats(), source.limits().dropRepeats()),
                        kept.leftOut()),
                tallies);
    }
}
