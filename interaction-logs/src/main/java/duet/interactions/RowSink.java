package duet.interactions;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes sound interactions and refuses others. */
final class RowSink {
    private static final int MOST_OF_USER = 128;

    /** A device is called "user-" and the id of its user, in 256 bytes of UTF-8 at most. */
    private static final int MOST_BYTES_OF_USER = 251;

    private static final int MOST_OF_ITEM = 2_048;

    /** Of longer texts no more is brought here. */
    static final int MOST_OF_TEXT = 1 << 14;

    /** What programs write where there is no value, just as they write it. */
    private static final Set<String> NO_VALUE =
            Set.of(
                    "NA",
                    "N/A",
                    "#N/A",
                    "<NA>",
                    "NULL",
                    "null",
                    "None",
                    "NaN",
                    "nan",
                    "\\N",
                    "undefined");

    private final Interactions interactions;
    private final Refusals refusals;
    private final boolean wordsForNone;
    private long refused;

    /**
     * Makes a sink.
     *
     * @param timed whether interactions have times
     * @param refusals hears what is refused
     * @param wordsForNone whether an id that is a word for no value, such as {@code NULL}, is none
     */
    RowSink(boolean timed, Refusals refusals, boolean wordsForNone) {
        this.interactions = new Interactions(timed);
        this.refusals = refusals;
        this.wordsForNone = wordsForNone;
    }

    /** Returns whether a text says that there is no value. */
    static boolean isNone(String text) {
        return NO_VALUE.contains(text.strip());
    }

    /** Returns what was taken. */
    Interactions interactions() {
        return interactions;
    }

    /** Returns how many rows were refused here. */
    long refused() {
        return refused;
    }

    /** Returns whether a row has ids; otherwise it is refused. */
    boolean sound(@Nullable String user, @Nullable String item, long row) {
        String u = user == null ? "" : user.strip();
        String i = item == null ? "" : item.strip();
        // Before blanks are taken off: of what is cut there is no telling what it was.
        if (user != null && user.length() >= MOST_OF_TEXT) {
            refuseLong("user id", u, user.length(), "characters", MOST_OF_USER, row);
        } else if (item != null && item.length() >= MOST_OF_TEXT) {
            refuseLong("item id", i, item.length(), "characters", MOST_OF_ITEM, row);
        } else if (u.isEmpty() || i.isEmpty()) {
            refuse(
                    !u.isEmpty() ? "no item id" : i.isEmpty() ? "no ids" : "no user id",
                    "",
                    row,
                    "user '" + u + "', item '" + i + "'");
        } else if (wordsForNone && (isNone(u) || isNone(i))) {
            refuse(
                    isNone(u) ? "no user id" : "no item id",
                    " (" + (isNone(u) ? u : i) + " says so; --query can keep it as an id)",
                    row,
                    "user '" + u + "', item '" + i + "'");
        } else if (u.length() > MOST_OF_USER) {
            refuseLong("user id", u, u.length(), "characters", MOST_OF_USER, row);
        } else if (utf8(u) > MOST_BYTES_OF_USER) {
            refuseLong("user id", u, utf8(u), "bytes of UTF-8", MOST_BYTES_OF_USER, row);
        } else if (i.length() > MOST_OF_ITEM) {
            refuseLong("item id", i, i.length(), "characters", MOST_OF_ITEM, row);
        } else if (u.indexOf('\0') >= 0 || i.indexOf('\0') >= 0) {
            refuse("NUL in an id", "", row, "user '" + u + "', item '" + i + "'");
        } else {
            return true;
        }
        return false;
    }

    void add(String user, String item, long millis) {
        interactions.add(user.strip(), item.strip(), millis);
    }

    private static int utf8(String id) {
        // No character of UTF-16 takes more than three bytes.
        return id.length() * 3 <= MOST_BYTES_OF_USER
                ? id.length()
                : id.getBytes(StandardCharsets.UTF_8).length;
    }

    private void refuseLong(String what, String id, int size, String unit, int limit, long row) {
        refuse(
                what + " too long",
                String.format(
                        Locale.ROOT,
                        " (%s%,d %s, the limit is %,d)",
                        size >= MOST_OF_TEXT ? "at least " : "",
                        size,
                        unit,
                        limit),
                row,
                id);
    }

    /**
     * Adds an interaction, or refuses the row where it has no time.
     *
     * @param millis since 1970, {@link Times#NONE} or {@link Times#UNLIKELY}
     * @param time its text
     */
    void add(String user, String item, long millis, String time, long row) {
        if (millis == Times.UNLIKELY || millis == Times.NONE && (time.isBlank() || isNone(time))) {
            refuse("no time", "", row, time);
        } else if (millis == Times.NONE) {
            refuse("not a time", " (" + DuckDb.excerpt(time.strip()) + ")", row, time);
        } else {
            add(user, item, millis);
        }
    }

    void refuse(String kind, String detail, long row, String text) {
        refused++;
        refusals.refuse(kind, detail, row, text);
    }
}
