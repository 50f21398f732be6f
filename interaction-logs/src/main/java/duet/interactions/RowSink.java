package duet.interactions;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Takes sound interactions and refuses others. */
final class RowSink {
    private static final int MOST_OF_USER = 128;
    private static final int MOST_OF_ITEM = 2_048;

    private final Interactions interactions;
    private final Refusals refusals;
    private long refused;

    /**
     * Makes a sink.
     *
     * @param timed whether interactions have times
     * @param refusals hears what is refused
     */
    RowSink(boolean timed, Refusals refusals) {
        this.interactions = new Interactions(timed);
        this.refusals = refusals;
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
        if (u.isEmpty() || i.isEmpty()) {
            refuse(
                    u.isEmpty() ? "no user id" : "no item id",
                    "",
                    row,
                    "user '" + u + "', item '" + i + "'");
        } else if (u.length() > MOST_OF_USER) {
            refuseLong("user id", u, MOST_OF_USER, row);
        } else if (i.length() > MOST_OF_ITEM) {
            refuseLong("item id", i, MOST_OF_ITEM, row);
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

    private void refuseLong(String what, String id, int limit, long row) {
        refuse(
                what + " too long",
                String.format(
                        Locale.ROOT, " (%,d characters, the limit is %,d)", id.length(), limit),
                row,
                id);
    }

    void noTime(long row) {
        refuse("no time", "", row, "");
    }

    void badTime(long row, String text) {
        refuse("not a time", " (" + DuckDb.excerpt(text.strip()) + ")", row, text);
    }

    void refuse(String kind, String detail, long row, String text) {
        refused++;
        refusals.refuse(kind, detail, row, text);
    }
}
