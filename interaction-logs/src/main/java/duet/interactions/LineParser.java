package duet.interactions;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads the lines of a format. */
final class LineParser {
    private static final Pattern BLANKS = Pattern.compile("[\t ]+");
    private static final Pattern COLONS = Pattern.compile("::");

    private final LogFormat format;
    private final RowSink sink;
    private final Times times;
    private final Map<String, Long> lineOfUser = new HashMap<>();
    private long rows;

    LineParser(LogFormat format, RowSink sink, Times times) {
        this.format = format;
        this.sink = sink;
        this.times = times;
    }

    /** Returns how many lines were read. */
    long rows() {
        return rows;
    }

    /** Refuses a line that has been cut: there is no telling what stands in it. */
    void refuseLong(String line, long row) {
        rows++;
        sink.refuse("line too long", "", row, line);
    }

    /**
     * Reads a line.
     *
     * @param line without blanks around it
     * @param row its number, from 1, through all files
     */
    void next(String line, long row) {
        rows++;
        switch (format) {
            case ML_1M ->
                    rating(COLONS.split(line, -1), "user::item::rating::timestamp", row, line);
            case ML_100K -> rating(BLANKS.split(line, -1), "user item rating timestamp", row, line);
            case PAIRS -> pair(BLANKS.split(line, -1), row, line);
            default -> sequence(BLANKS.split(line, -1), row, line);
        }
    }

    private void rating(String[] fields, String expected, long row, String line) {
        if (fields.length != 4) {
            sink.refuse("expected `" + expected + "`", "", row, line);
            return;
        }
        if (!TimeText.isNumber(fields[2])) {
            sink.refuse(
                    "rating is not a number", " (" + DuckDb.excerpt(fields[2]) + ")", row, line);
            return;
        }
        if (!sink.sound(fields[0], fields[1], row)) {
            return;
        }
        sink.add(fields[0], fields[1], times.millis(fields[3], row), fields[3], row);
    }

    private void pair(String[] fields, long row, String line) {
        if (fields.length != 2) {
            sink.refuse("expected `user item`", "", row, line);
        } else if (sink.sound(fields[0], fields[1], row)) {
            sink.add(fields[0], fields[1], 0);
        }
    }

    private void sequence(String[] fields, long row, String line) {
        if (fields.length < 2) {
            sink.refuse("expected `user item item …`", "", row, line);
            return;
        }
        Long earlier = lineOfUser.putIfAbsent(fields[0], row);
        if (earlier != null) {
            sink.refuse(
                    "expected one line a user",
                    ", but user "
                            + DuckDb.excerpt(fields[0])
                            + " stands on line "
                            + earlier
                            + " already",
                    row,
                    line);
            return;
        }
        for (int i = 1; i < fields.length; i++) {
            if (sink.sound(fields[0], fields[i], row)) {
                sink.add(fields[0], fields[i], 0);
            }
        }
    }
}
