package duet.interactions;

import duet.interactions.LogTable.Column;
import duet.interactions.LogTable.Nesting;
import duet.schemas.InvalidInputException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds a column of numbers that are times by their size, whatever it is called: where the order of
 * the rows would be taken for the time, the wrong items would be tested without a word.
 */
final class LikelyTimes {
    /** So many of the first rows are looked at, in so many columns. */
    private static final int ROWS = 1_000;

    private static final int COLUMNS = 64;

    /** Fewer numbers tell nothing. */
    private static final int FEW = 5;

    private static final double FROM = Instant.parse("2000-01-01T00:00:00Z").getEpochSecond();
    private static final double TO = Instant.parse("2040-01-01T00:00:00Z").getEpochSecond();

    private LikelyTimes() {}

    /**
     * Refuses a table in which the times may stand in a column that nobody named.
     *
     * @param from SQL that gives its rows
     * @param what the log, for messages
     * @throws InvalidInputException naming the column, and the options that say what it is
     */
    static void requireNone(
            DuckDb database, String from, LogTable table, FoundColumns found, String what)
            throws SQLException {
        List<Column> columns =
                table.columns().stream()
                        .filter(c -> c.nesting() == Nesting.NONE && !c.isTime())
                        .filter(c -> !c.equals(found.user()) && !c.equals(found.item()))
                        .filter(c -> !KnownNames.plain(c.name()).endsWith("id"))
                        .limit(COLUMNS)
                        .toList();
        if (columns.isEmpty()) {
            return;
        }
        List<@Nullable String> facts =
                database.rows(
                                columns.stream()
                                        .map(LikelyTimes::facts)
                                        .collect(
                                                Collectors.joining(
                                                        ", ",
                                                        "SELECT ",
                                                        " FROM (SELECT * FROM "
                                                                + from
                                                                + " LIMIT "
                                                                + ROWS
                                                                + ")")))
                        .get(0);
        for (int i = 0; i < columns.size(); i++) {
            Optional<String> unit = unit(facts.subList(4 * i, 4 * i + 4));
            if (unit.isPresent()) {
                String name = DuckDb.excerpt(columns.get(i).name());
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "%s: column %s has numbers of the size of times, in %s, but no"
                                        + " usual name; say --columns time=%s, or time=none",
                                what,
                                name,
                                unit.get(),
                                name));
            }
        }
    }

    private static String facts(Column column) {
        String name = Sql.name(column.name());
        String number = "TRY_CAST(" + name + " AS DOUBLE)";
        return String.format(
                Locale.ROOT, "count(%1$s), count(%2$s), min(%2$s), max(%2$s)", name, number);
    }

    /** Returns the unit of a column with these facts, if it is one of times. */
    private static Optional<String> unit(List<@Nullable String> facts) {
        long values = Long.parseLong(Objects.requireNonNull(facts.get(0)));
        long numbers = Long.parseLong(Objects.requireNonNull(facts.get(1)));
        if (numbers < FEW || numbers < values) {
            return Optional.empty();
        }
        double least = Double.parseDouble(Objects.requireNonNull(facts.get(2)));
        double most = Double.parseDouble(Objects.requireNonNull(facts.get(3)));
        return Times.unitBetween(least, most, FROM, TO);
    }
}
