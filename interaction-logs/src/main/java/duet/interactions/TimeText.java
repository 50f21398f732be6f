package duet.interactions;

import duet.interactions.LogTable.Column;
import duet.schemas.InvalidInputException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Says how the times of a column are read.
 *
 * @param text SQL of the time as a text: a number, or what is shown where it is no date
 * @param micros SQL of the microseconds since 1970; null where times are numbers
 */
record TimeText(String text, @Nullable String micros) {
    private static final int SAMPLE = 2_000;
    private static final int MOST_SHOWN = 200; // no time is longer
    private static final int FIRST_YEAR = 1_000;

    private static final Pattern NUMBER =
            Pattern.compile("[+-]?(\\d{1,30}(\\.\\d{0,30})?|\\.\\d{1,30})([eE][+-]?\\d{1,3})?");

    private static final Pattern DAY_DIGITS =
            Pattern.compile("(19[789]\\d|20\\d\\d)(0[1-9]|1[0-2])(0[1-9]|[12]\\d|3[01])");

    private static final Pattern MINUTE_DIGITS =
            Pattern.compile(DAY_DIGITS.pattern() + "([01]\\d|2[0-3])[0-5]\\d");

    private static final Pattern SECOND_DIGITS =
            Pattern.compile(DAY_DIGITS.pattern() + "([01]\\d|2[0-3])[0-5]\\d[0-5]\\d");

    /** Forms of dates besides ISO 8601, each with what may follow. */
    private static final List<String> DATES =
            List.of(
                    "%Y-%m-%d",
                    "%Y/%m/%d",
                    "%d.%m.%Y",
                    "%m/%d/%Y",
                    "%d/%m/%Y",
                    "%m-%d-%Y",
                    "%d-%m-%Y",
                    "%m/%d/%y",
                    "%d/%m/%y",
                    "%d-%b-%y",
                    "%d %b %y",
                    "%b %d, %y",
                    "%d.%m.%y",
                    "%b %d, %Y",
                    "%B %d, %Y",
                    "%d %b %Y",
                    "%d %B %Y",
                    "%m %d, %Y",
                    "%a %b %d %Y",
                    "%d-%b-%Y",
                    "%d/%b/%Y");

    private static final List<String> CLOCKS =
            List.of(
                    "",
                    " %H:%M",
                    " %H:%M:%S",
                    " %H:%M:%S.%f",
                    " %I:%M %p",
                    " %I:%M:%S %p",
                    ", %H:%M",
                    ", %H:%M:%S",
                    ", %I:%M %p",
                    ", %I:%M:%S %p",
                    " at %I:%M %p",
                    " %H:%M:%S,%f");

    private static final List<String> WHOLE =
            List.of(
                    "%a %b %d %H:%M:%S %z %Y",
                    "%a %b %d %H:%M:%S %Y",
                    "%a, %d %b %Y %H:%M:%S %z",
                    "%a, %d %b %Y %H:%M:%S GMT",
                    "%d/%b/%Y:%H:%M:%S %z",
                    "%a %b %d %H:%M:%S UTC %Y",
                    "%Y-%m-%d %H:%M:%S %z",
                    "%Y/%m/%d %H:%M:%S %z",
                    "%Y%m%dT%H%M%SZ",
                    "%Y%m%dT%H%M%S",
                    "%Y%m%d %H:%M:%S",
                    "%Y-%m-%d-%H-%M-%S");

    static boolean isNumber(String text) {
        return NUMBER.matcher(text).matches();
    }

    /**
     * Finds out how times are read.
     *
     * @param from what has the column, in SQL
     * @throws InvalidInputException if they cannot be told, showing one
     */
    static TimeText of(DuckDb database, String from, Column column, String what)
            throws SQLException {
        String name = Sql.name(column.name());
        if (column.isTime()) {
            return new TimeText(
                    "CAST(" + name + " AS VARCHAR)",
                    column.type().contains("WITH TIME ZONE")
                            ? "epoch_us(" + name + ")"
                            : "epoch_us(CAST(" + name + " AS TIMESTAMP))");
        }
        String text = column.isText() ? "trim(" + name + ")" : "CAST(" + name + " AS VARCHAR)";
        List<String> sample =
                database
                        .rows(
                                "SELECT left(t, "
                                        + MOST_SHOWN
                                        + ") FROM (SELECT "
                                        + text
                                        + " AS t FROM "
                                        + from
                                        + ") WHERE t <> '' LIMIT "
                                        + SAMPLE)
                        .stream()
                        .map(row -> Objects.requireNonNull(row.get(0)))
                        .toList();
        if (allAre(DAY_DIGITS, sample)) {
            return strptime(text, "%Y%m%d");
        }
        if (allAre(MINUTE_DIGITS, sample)) {
            return strptime(text, "%Y%m%d%H%M");
        }
        if (allAre(SECOND_DIGITS, sample)) {
            return strptime(text, "%Y%m%d%H%M%S");
        }
        // One that is none among them is found, with its line, when it is read.
        long numbers = sample.stream().filter(TimeText::isNumber).count();
        return 2 * numbers >= sample.size()
                ? new TimeText(text, null)
                : dates(database, text, sample, what);
    }

    private static boolean allAre(Pattern pattern, List<String> sample) {
        return !sample.isEmpty() && sample.stream().allMatch(t -> pattern.matcher(t).matches());
    }

    private static TimeText dates(DuckDb database, String text, List<String> sample, String what)
            throws SQLException {
        String values =
                sample.stream()
                        .distinct()
                        .map(value -> "(" + Sql.text(value) + ")")
                        .collect(Collectors.joining(", "));
        List<String> forms = new ArrayList<>(WHOLE);
        for (String date : DATES) {
            CLOCKS.forEach(clock -> forms.add(date + clock));
        }
        List<String> counts = new ArrayList<>();
        counts.add(count("try_cast(t AS TIMESTAMPTZ)"));
        forms.forEach(form -> counts.add(count("try_strptime(t, " + Sql.text(form) + ")")));
        List<@Nullable String> fitting =
                database.rows(
                                "SELECT "
                                        + String.join(", ", counts)
                                        + " FROM (VALUES "
                                        + values
                                        + ") AS v(t)")
                        .get(0);
        long best =
                fitting.stream()
                        .mapToLong(count -> Long.parseLong(Objects.requireNonNull(count)))
                        .max()
                        .orElse(0);
        long distinct = sample.stream().distinct().count();
        if (2 * best < distinct) {
            throw new InvalidInputException(
                    what
                            + ": \""
                            + DuckDb.excerpt(sample.get(0))
                            + "\" is no time that is known; --query can make one of it, with"
                            + " strptime");
        }
        if (Long.parseLong(Objects.requireNonNull(fitting.get(0))) == best) {
            return new TimeText(text, "epoch_us(try_cast(" + text + " AS TIMESTAMPTZ))");
        }
        List<String> found = new ArrayList<>();
        for (int i = 0; i < forms.size(); i++) {
            if (Long.parseLong(Objects.requireNonNull(fitting.get(i + 1))) == best) {
                found.add(forms.get(i));
            }
        }
        boolean dayFirst = found.stream().anyMatch(form -> form.matches("%d[/-]%m.*"));
        boolean monthFirst = found.stream().anyMatch(form -> form.matches("%m[/-]%d.*"));
        if (dayFirst && monthFirst) {
            throw new InvalidInputException(
                    what
                            + ": days and months of \""
                            + DuckDb.excerpt(sample.get(0))
                            + "\" cannot be told apart; --query can, with strptime");
        }
        return strptime(text, found.get(0));
    }

    /** Counts dates; a year of two digits is not one of the first century. */
    private static String count(String date) {
        return "count(CASE WHEN year(" + date + ") >= " + FIRST_YEAR + " THEN 1 END)";
    }

    private static TimeText strptime(String text, String form) {
        return new TimeText(text, "epoch_us(try_strptime(" + text + ", " + Sql.text(form) + "))");
    }
}
