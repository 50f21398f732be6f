package duet.interactions;

import duet.interactions.LogTable.Column;
import duet.schemas.InvalidInputException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds out whether the first row of a text names the columns, and what it calls them. */
final class HeaderRow {
    private static final Pattern DATE =
            Pattern.compile("\\d{1,4}[-/.]\\d{1,2}[-/.]\\d{1,4}(?!\\d)");

    private final LogSource source;

    HeaderRow(LogSource source) {
        this.source = source;
    }

    /**
     * Tells whether the first row names the columns: a cell is a name that was asked for, or is no
     * number or date where all others of its column are. Usual names count as well where the row
     * has no number or date in a column of such: a film may be called Session. Where the columns
     * are counted they count where they name the users and the items, each in its column.
     */
    boolean names(List<List<@Nullable String>> sample) {
        List<@Nullable String> first = sample.get(0);
        if (first.stream().anyMatch(cell -> cell != null && isAskedFor(cell))) {
            return true;
        }
        boolean odd = false;
        for (int i = 0; i < first.size(); i++) {
            int column = i;
            List<String> others =
                    sample.stream()
                            .skip(1)
                            .map(row -> orEmpty(row.get(column)).strip())
                            .filter(cell -> !cell.isEmpty())
                            .toList();
            if (!others.isEmpty() && others.stream().allMatch(HeaderRow::isNumberOrDate)) {
                String cell = orEmpty(first.get(i)).strip();
                if (isNumberOrDate(cell)) {
                    return false;
                }
                odd |= !cell.isEmpty();
            }
        }
        if (odd) {
            return true;
        }
        ColumnMapping asked = source.columns();
        if (asked.counts()) {
            return isUsual(first, asked.user(), KnownNames.USERS)
                    && isUsual(first, asked.item(), KnownNames.ITEMS);
        }
        return first.stream().anyMatch(cell -> cell != null && KnownNames.isKnown(cell));
    }

    private static boolean isUsual(
            List<@Nullable String> first, @Nullable String position, List<Set<String>> known) {
        // A position of more digits is refused when the column is looked for.
        int at = position == null || position.length() > 5 ? 0 : Integer.parseInt(position);
        return at >= 1
                && at <= first.size()
                && KnownNames.isOneOf(known, orEmpty(first.get(at - 1)));
    }

    /** Tells whether a cell is a name in the mapping; a number in it is a position. */
    private boolean isAskedFor(String cell) {
        ColumnMapping asked = source.columns();
        return (cell.equals(asked.user()) || cell.equals(asked.item()) || cell.equals(asked.time()))
                && !ColumnMapping.isPosition(cell);
    }

    private static boolean isNumberOrDate(String cell) {
        return TimeText.isNumber(cell) || DATE.matcher(cell).lookingAt();
    }

    /** Returns the columns that it names; one without a name is called by its position. */
    List<Column> columns(List<@Nullable String> header) {
        Set<String> taken = new HashSet<>();
        List<Column> columns = new ArrayList<>();
        for (int i = 0; i < header.size(); i++) {
            String cell = header.get(i);
            String name = cell == null || cell.isBlank() ? "column" + (i + 1) : cell.strip();
            if (KnownNames.isKnown(name) && taken.contains(name.toLowerCase(Locale.ROOT))) {
                requireChosen(name);
            }
            while (!taken.add(name.toLowerCase(Locale.ROOT))) {
                name += "_" + (i + 1);
            }
            columns.add(Column.of(name, "VARCHAR"));
        }
        return columns;
    }

    /** Refuses a name that two columns have, unless it is said what is what. */
    private void requireChosen(String name) {
        ColumnMapping asked = source.columns();
        if (asked.user() == null || asked.item() == null || asked.time() == null) {
            throw new InvalidInputException(
                    source.files()
                            + ": two columns are called "
                            + DuckDb.excerpt(name)
                            + "; say what is what, as in --columns user=1,item=2,time=3");
        }
    }

    private static String orEmpty(@Nullable String cell) {
        return cell == null ? "" : cell;
    }
}
