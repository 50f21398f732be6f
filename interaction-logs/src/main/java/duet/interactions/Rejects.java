package duet.interactions;

import duet.interactions.ReadReport.Refused;
import duet.schemas.InvalidInputException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Tells of the rows of csv files that DuckDB has left out of its last query. */
final class Rejects {
    /** Of more rows the places are not held in memory. */
    private static final int MOST_PLACES = 1 << 20;

    private final DuckDb database;
    private final List<LogFile> files;

    Rejects(DuckDb database, List<LogFile> files) {
        this.database = database;
        this.files = files;
    }

    /**
     * Hands over what was left out.
     *
     * @param places of all rows of the text
     * @throws InvalidInputException if a quote has no end: with it the rest of the file is left out
     */
    void handTo(Refusals refusals, RowPlaces places) throws SQLException {
        if (database.rows("SELECT 1 FROM duckdb_tables() WHERE table_name = 'reject_errors'")
                .isEmpty()) {
            return;
        }
        requireQuotesToEnd(places);
        // A row that lacks two columns is in the table twice.
        database.execute(
                "CREATE OR REPLACE TEMP TABLE duet_rejects AS SELECT list_position("
                        + Sql.files(files)
                        + ", s.file_path) - 1 AS file, e.line_byte_position AS start,"
                        + " min(e.error_type) AS kind, min(e.line) AS line, min(e.csv_line) AS"
                        + " content FROM reject_errors e JOIN reject_scans s ON e.scan_id ="
                        + " s.scan_id AND e.file_id = s.file_id WHERE e.scan_id = (SELECT"
                        + " max(scan_id) FROM reject_scans) GROUP BY ALL");
        List<Refused> refused = new ArrayList<>();
        for (List<@Nullable String> row :
                database.rows(
                        "SELECT kind, count(*), arg_min(file, (file, start)), arg_min(start, (file,"
                                + " start)), arg_min(line, (file, start)), arg_min(content, (file,"
                                + " start)) FROM duet_rejects GROUP BY kind ORDER BY kind")) {
            LogFile file = files.get(Integer.parseInt(Objects.requireNonNull(row.get(2))));
            refused.add(
                    new Refused(
                            Objects.requireNonNull(row.get(0)).toLowerCase(Locale.ROOT),
                            number(row.get(1)),
                            file.path().toString(),
                            places.line(file, number(row.get(3)), number(row.get(4))),
                            false,
                            DuckDb.excerpt(row.get(5) == null ? "" : row.get(5).strip())));
        }
        long rows = refused.stream().mapToLong(Refused::rows).sum();
        refusals.takeOver(
                refused, rows <= MOST_PLACES ? places.without(starts()) : places.rowsAlone());
    }

    private Map<LogFile, long[]> starts() throws SQLException {
        Map<LogFile, long[]> starts = new HashMap<>();
        for (int file = 0; file < files.size(); file++) {
            LongStream.Builder found = LongStream.builder();
            database.query(
                    "SELECT start FROM duet_rejects WHERE file = " + file + " ORDER BY start",
                    List.of("start"),
                    row -> found.add(row.getLong(1)));
            starts.put(files.get(file), found.build().toArray());
        }
        return starts;
    }

    private static long number(@Nullable String value) {
        return Long.parseLong(Objects.requireNonNull(value));
    }

    private void requireQuotesToEnd(RowPlaces places) throws SQLException {
        List<List<@Nullable String>> open =
                database.rows(
                        "SELECT s.file_path, e.line, e.csv_line, e.line_byte_position FROM"
                                + " reject_errors e JOIN"
                                + " reject_scans s ON e.scan_id = s.scan_id AND e.file_id ="
                                + " s.file_id WHERE e.error_type = 'UNQUOTED VALUE' AND"
                                + " contains(rtrim(e.csv_line, chr(10)), chr(10)) ORDER BY"
                                + " e.file_id, e.line LIMIT 1");
        if (!open.isEmpty()) {
            List<@Nullable String> row = open.get(0);
            LogFile file =
                    files.stream()
                            .filter(f -> f.read().toString().equals(row.get(0)))
                            .findFirst()
                            .orElse(files.get(0));
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s:%d: a quote does not end: \"%s\"",
                            file.path(),
                            places.line(file, number(row.get(3)), number(row.get(1))),
                            DuckDb.excerpt(
                                    Objects.requireNonNull(row.get(2))
                                            .lines()
                                            .filter(line -> !line.isBlank())
                                            .findFirst()
                                            .orElse(""))));
        }
    }
}
