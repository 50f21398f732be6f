package duet.interactions;

import duet.interactions.LogTable.Column;
import duet.interactions.LogTable.Nesting;
import duet.interactions.ReadReport.Others;
import duet.schemas.Count;
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
 * @param others columns that would have been taken where these were not there
 */
record FoundColumns(Column user, Column item, @Nullable Column time, Others others) {
    private static final int MOST_NAMES = 40;
    private static final int MOST_OTHERS = 3;

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
                            "%s: its %s no names; say what they are, as in --columns"
                                    + " user=1,item=2,time=%d (time=none where there is none): it"
                                    + " begins with \"%s\"",
                            what,
                            Count.of(table.columns().size(), "column has", "columns have"),
                            Math.max(3, table.columns().size()),
                            first));
        }
        Finder finder = new Finder(table, what);
        Column user = finder.required("user", asked.user(), KnownNames.USERS);
        Column item = finder.required("item", asked.item(), KnownNames.ITEMS);
        Column time = finder.time(asked.time());
        return new FoundColumns(
                user,
                item,
                time,
                new Others(
                        asked.user() == null ? finder.others(user, KnownNames.USERS) : List.of(),
                        asked.item() == null ? finder.others(item, KnownNames.ITEMS) : List.of(),
                        asked.time() == null && time != null
                                ? finder.others(time, KnownNames.TIMES)
                                : List.of()));
    }

    private record Finder(LogTable table, String what) {

        Column required(String role, @Nullable String asked, List<Set<String>> known) {
            Column found = asked != null ? asked(role, asked) : recognised(role, known);
            if (found == null) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "%s: no column has a usual name for the %ss; the columns are %s:"
                                        + " say --columns %s=NAME%s",
                                what,
                                role,
                                names(),
                                role,
                                table.columns().stream().allMatch(c -> c.nesting() == Nesting.NONE)
                                        ? ""
                                        : ", or take it out of another one with --query"));
            }
            return single(role, found);
        }

        /** Refuses a column whose values are more than one each, and says how to take them. */
        private Column single(String role, Column column) {
            if (column.nesting() == Nesting.NONE) {
                return column;
            }
            boolean list = column.nesting() == Nesting.LIST;
            String name =
                    column.name().matches("[A-Za-z_]\\w*")
                            ? "log." + column.name()
                            : Sql.name(column.name());
            String part = column.isText() ? "from_json(" + name + ", '[\\\"VARCHAR\\\"]')" : name;
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s: each value of column %s is %s: say which part of it, as in --query"
                                    + " \"SELECT %s AS %s, … FROM log\"",
                            what,
                            DuckDb.excerpt(column.name()),
                            list ? "a list" : "an object",
                            DuckDb.excerpt(list ? "unnest(" + part + ")" : name + "->>'NAME'"),
                            role));
        }

        /** Returns the names of the columns that come after one by the usual names. */
        List<String> others(Column chosen, List<Set<String>> known) {
            return known.stream()
                    .flatMap(
                            names ->
                                    table.columns().stream()
                                            .filter(
                                                    c ->
                                                            names.contains(
                                                                    KnownNames.plain(c.name()))))
                    .filter(c -> !c.equals(chosen))
                    .map(c -> DuckDb.excerpt(c.name()))
                    .limit(MOST_OTHERS)
                    .toList();
        }

        @Nullable Column time(@Nullable String asked) {
            if (ColumnMapping.NO_TIME.equals(asked)) {
                return null;
            }
            if (asked != null) {
                return single("time", asked("time", asked));
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
            return found == null ? null : single("time", found);
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
                List<Column> all =
                        table.columns().stream()
                                .filter(c -> names.contains(KnownNames.plain(c.name())))
                                .toList();
                List<Column> plain = all.stream().filter(c -> c.nesting() == Nesting.NONE).toList();
                List<Column> found = plain.isEmpty() ? all : plain;
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
            return FoundColumns.names(table.columns());
        }
    }

    /** Lists the names of columns for a message. */
    static String names(List<Column> columns) {
        String names =
                columns.stream()
                        .limit(MOST_NAMES)
                        .map(
                                column ->
                                        DuckDb.excerpt(column.name())
                                                + switch (column.nesting()) {
                                                    case NONE -> "";
                                                    case LIST -> " (lists)";
                                                    case OBJECT -> " (objects)";
                                                })
                        .collect(Collectors.joining(", "));
        return columns.size() > MOST_NAMES ? names + ", …" : names;
    }
}
