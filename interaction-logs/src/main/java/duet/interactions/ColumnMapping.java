package duet.interactions;

import duet.schemas.InvalidInputException;
import duet.schemas.OneLine;
import org.jspecify.annotations.Nullable;

/**
 * Says which column of a table is what: by name, or by position from 1. What is not said is
 * recognised by the usual names.
 *
 * @param user column of the user ids; null to recognise it
 * @param item column of the item ids; null to recognise it
 * @param time column of the times; null to recognise it, {@value #NO_TIME} to take the order of the
 *     file
 */
public record ColumnMapping(@Nullable String user, @Nullable String item, @Nullable String time) {

    /** Stands for the column of the times where the order of the file is the time. */
    public static final String NO_TIME = "none";

    /** Recognises all columns. */
    public static final ColumnMapping RECOGNISED = new ColumnMapping(null, null, null);

    private static final int MOST_SHOWN = 80;

    /**
     * Reads {@code user=visitorid,item=itemid,time=timestamp}, any part of it in any order.
     *
     * @throws InvalidInputException if the text has another form
     */
    public static ColumnMapping of(String text) {
        ColumnMapping mapping = RECOGNISED;
        for (String part : text.split(",", -1)) {
            int equals = part.indexOf('=');
            String column = part.substring(equals + 1).strip();
            if (equals < 1 || column.isEmpty()) {
                throw notAMapping(text);
            }
            mapping = mapping.with(part.substring(0, equals).strip(), column, text);
        }
        return mapping;
    }

    /** Tells whether users, items and, where they are said, times are given by position. */
    boolean counts() {
        return user != null
                && isPosition(user)
                && item != null
                && isPosition(item)
                && (time == null || time.equals(NO_TIME) || isPosition(time));
    }

    static boolean isPosition(String column) {
        return !column.isEmpty() && column.chars().allMatch(c -> c >= '0' && c <= '9');
    }

    private ColumnMapping with(String role, String column, String text) {
        return switch (role) {
            case "user" -> new ColumnMapping(once(user, column, text), item, time);
            case "item" -> new ColumnMapping(user, once(item, column, text), time);
            case "time", "timestamp" -> new ColumnMapping(user, item, once(time, column, text));
            default -> throw notAMapping(text);
        };
    }

    private static String once(@Nullable String given, String column, String text) {
        if (given != null) {
            throw notAMapping(text);
        }
        return column;
    }

    private static InvalidInputException notAMapping(String text) {
        return new InvalidInputException(
                "\""
                        + OneLine.of(text, MOST_SHOWN)
                        + "\" does not say what columns are, as user=visitorid,item=itemid,"
                        + "time=timestamp does, or user=1,item=2,time=4");
    }
}
