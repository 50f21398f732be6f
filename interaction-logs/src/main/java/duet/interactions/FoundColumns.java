package duet.interactions;

import duet.interactions.LogTable.Column;
import duet.schemas.InvalidInputException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says which columns of a table are read.
 *
 * @param user ids of users
 * @param item ids of items
 * @param time times; null where the order of the rows is taken
 */
record FoundColumns(Column user, Column item, @Nullable Column time) {
    private static final int MOST_NAMES = 40;

    /**
     * Finds the columns.
     *
     * @param what the log, for messages
     * @param first the first line of a table without names, for messages
     * @throws InvalidInputException if a column is not there, or it is not clear which one it is
     */
    static FoundColumns of(ColumnMapping asked, LogTable table, String what, String first) {
        if (!table.named() && (asked.user() == null || asked.item() == null)) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s: its %d columns have no names; say what they are, as in --columns"
                                    + " user=1,item=2,time=%d (time=none where there is none): it"
                                    + " begins with \"%s\"",
                            what,
                            table.columns().size(),
                            Math.max(3, table.columns().size()),
                            first));
        }
        Finder finder = new Finder(table, what);
        return new FoundColumns(
                finder.required("user", asked.user(), KnownNames.USERS),
                finder.required("item", asked.item(), KnownNames.ITEMS),
                finder.time(asked.time()));
    }

    private record Finder(LogTable table, String what) {

        Column required(String role, @Nullable String asked, List<Set<String>> known) {
            Column found = asked != null ? asked(role, asked) : recognised(role, known);
            if (found == null) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "%s: no column has a usual name for the %ss; the columns are %s:"
                                        + " say --columns %s=NAME",
                                what,
                                role,
                                names(),
                                role));
            }
            return found;
        }

        @Nullable Column time(@Nullable String asked) {
            if (ColumnMapping.NO_TIME.equals(asked)) {
                return null;
            }
            if (asked != null) {
                return asked("time", asked);
            }
            Column found = table.named() ? recognised("time", KnownNames.TIMES) : null;
            if (found == null) {
                for (Column column : table.columns()) {
                    if (column.likeTimes()) {
                        throw new InvalidInputException(
                                String.format(
                                        Locale.ROOT,
                                        "%s: column %s has times but no usual name; say --columns"
                                                + " time=%s, or time=none",
                                        what,
                                        DuckDb.excerpt(column.name()),
                                        DuckDb.excerpt(column.name())));
                    }
                }
            }
            return found;
        }

        private Column asked(String role, String asked) {
            for (Column column : table.columns()) {
                if (column.name().equals(asked)) {
                    return column;
                }
            }
            for (Column column : table.columns()) {
                if (column.name().equalsIgnoreCase(asked)
                        || column.name()
                                .toLowerCase(Locale.ROOT)
                                .startsWith(asked.toLowerCase(Locale.ROOT) + ":")) {
                    return column;
                }
            }
            if (asked.matches("[1-9]\\d{0,4}")
                    && Integer.parseInt(asked) <= table.columns().size()) {
                return table.columns().get(Integer.parseInt(asked) - 1);
            }
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s: --columns %s=%s: there is no such column; the columns are %s",
                            what,
                            role,
                            DuckDb.excerpt(asked),
                            names()));
        }

        private @Nullable Column recognised(String role, List<Set<String>> known) {
            for (Set<String> names : known) {
                List<Column> found =
                        table.columns().stream()
                                .filter(c -> names.contains(KnownNames.plain(c.name())))
                                .toList();
                if (found.size() > 1) {
                    throw new InvalidInputException(
                            String.format(
                                    Locale.ROOT,
                                    "%s: the %ss may stand in %s: say --columns %s=%s",
                                    what,
                                    role,
                                    found.stream()
                                            .map(c -> DuckDb.excerpt(c.name()))
                                            .collect(Collectors.joining(" or ")),
                                    role,
                                    DuckDb.excerpt(found.get(0).name())));
                }
                if (!found.isEmpty()) {
                    return found.get(0);
                }
            }
            return null;
        }

        private String names() {
            String names =
                    table.columns().stream()
                            .limit(MOST_NAMES)
                            .map(column -> DuckDb.excerpt(column.name()))
                            .collect(Collectors.joining(", "));
            return table.columns().size() > MOST_NAMES ? names + ", …" : names;
        }
    }
}
