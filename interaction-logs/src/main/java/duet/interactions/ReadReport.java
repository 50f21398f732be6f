package duet.interactions;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Tells how a log was read: what was chosen, and what was left out and why.
 *
 * @param files their paths, in the order in which they were read
 * @param shape what the files are, such as {@code csv separated by ';', gzip}
 * @param columns where users, items and times were found
 * @param time how times were understood
 * @param rows rows of the log, with those refused
 * @param refused rows that were left out because they are bad, by kind
 * @param repeats interactions that repeat one of the same user, item and time
 * @param leftOut interactions of sound rows that the log does not hold, by reason
 */
public record ReadReport(
        List<String> files,
        String shape,
        Columns columns,
        Time time,
        long rows,
        List<Refused> refused,
        Repeats repeats,
        List<LeftOut> leftOut) {

    public ReadReport {
        files = List.copyOf(files);
        refused = List.copyOf(refused);
        leftOut = List.copyOf(leftOut);
    }

    /**
     * Names the columns.
     *
     * @param user column of the user ids
     * @param item column of the item ids
     * @param time column of the times; null where the order of the file is the time
     * @param others columns with usual names, too, that were not taken
     */
    public record Columns(String user, String item, @Nullable String time, Others others) {

        static Columns of(String user, String item, @Nullable String time) {
            return new Columns(user, item, time, Others.NONE);
        }
    }

    /**
     * Names the columns that would have been taken where those that were had not been there.
     *
     * @param user for the user ids
     * @param item for the item ids
     * @param time for the times
     */
    public record Others(List<String> user, List<String> item, List<String> time) {
        static final Others NONE = new Others(List.of(), List.of(), List.of());

        public Others {
            user = List.copyOf(user);
            item = List.copyOf(item);
            time = List.copyOf(time);
        }
    }

    /**
     * Says what the times are.
     *
     * @param unit {@code seconds}, {@code milliseconds}, {@code microseconds}, {@code nanoseconds},
     *     {@code dates}, {@code numbers} (too small for dates, taken for seconds) or {@code order}
     *     (of the rows)
     * @param first the earliest, milliseconds since 1970; null for {@code order}
     * @param last the latest, milliseconds since 1970; null for {@code order}
     */
    public record Time(String unit, @Nullable Long first, @Nullable Long last) {}

    /**
     * Counts rows that were refused for the same reason.
     *
     * @param kind the reason
     * @param rows how many
     * @param file the file of the first of them
     * @param line its line in a text, or, where {@code inRows}, its row; from 1
     * @param inRows whether {@code line} counts rows
     * @param text the first of them, or of its values
     */
    public record Refused(
            String kind, long rows, String file, long line, boolean inRows, String text) {}

    /**
     * Counts interactions that repeat another.
     *
     * @param rows how many
     * @param dropped whether they were left out
     */
    public record Repeats(long rows, boolean dropped) {}

    /**
     * Counts what is left out for a reason.
     *
     * @param reason why
     * @param users how many users it concerns
     * @param interactions how many of their interactions are left out
     */
    public record LeftOut(String reason, long users, long interactions) {}

    /** Returns the same, with something else that the log does not hold. */
    public ReadReport and(LeftOut more) {
        List<LeftOut> all = new ArrayList<>(leftOut);
        all.add(more);
        return new ReadReport(files, shape, columns, time, rows, refused, repeats, all);
    }

    /** Says in a line what was chosen. */
    public String choices() {
        Others others = columns.others();
        String where =
                String.format(
                        Locale.ROOT,
                        "Read as %s: users in %s, items in %s, ",
                        shape,
                        columns.user() + not(others.user()),
                        columns.item() + not(others.item()));
        String times = "times in " + columns.time() + not(others.time());
        return where
                + switch (time.unit()) {
                    case "order" -> "no times: the order of the rows is taken for them";
                    case "numbers" -> times + ", numbers that are no dates: taken for seconds";
                    default -> times + ", as " + time.unit();
                };
    }

    private static String not(List<String> others) {
        return others.isEmpty() ? "" : " (not " + String.join(" or ", others) + ")";
    }
}
