package duet.model.data;

import duet.schemas.InvalidInputException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Pattern;

/**
 * Lists the file formats of interaction logs and reads them. Item ids are integers from 0; user ids
 * are any text without separators.
 */
public enum DataFormat {
    /** Reads {@code user item rating timestamp}, separated by tabs or blanks (MovieLens 100K). */
    ML_100K("ml-100k") {
        private final Pattern separator = Pattern.compile("[\t ]+");

        @Override
        void read(BoundedLineReader lines, Interactions into) {
            readRatings(lines, into, separator, "user item rating timestamp");
        }
    },

    /** Reads {@code user::item::rating::timestamp} (MovieLens 1M). */
    ML_1M("ml-1m") {
        private final Pattern separator = Pattern.compile("::");

        @Override
        void read(BoundedLineReader lines, Interactions into) {
            readRatings(lines, into, separator, "user::item::rating::timestamp");
        }
    },

    /**
     * Reads {@code user item item …}, one line a user, items in time order; the position stands for
     * the time.
     */
    SEQUENCE("sequence") {
        private final Pattern separator = Pattern.compile("[\t ]+");

        @Override
        void read(BoundedLineReader lines, Interactions into) {
            Map<String, Integer> lineOfUser = new LinkedHashMap<>();
            for (String line = lines.next(); line != null; line = lines.next()) {
                String[] fields = separator.split(line.strip());
                if (fields.length < 2) {
                    throw lines.error("expected `user item item …`");
                }
                Integer earlier = lineOfUser.putIfAbsent(fields[0], lines.lineNumber());
                if (earlier != null) {
                    throw lines.error(
                            "expected one line a user, but user "
                                    + BoundedLineReader.excerpt(fields[0])
                                    + " stands on line "
                                    + earlier
                                    + " already");
                }
                for (int i = 1; i < fields.length; i++) {
                    into.add(lines, fields[0], item(lines, fields[i]), i - 1);
                }
            }
        }
    },

    /** Reads a header {@code user,item,timestamp}, then one interaction a line. */
    CSV("csv") {
        private static final String HEADER = "user,item,timestamp";

        private final Pattern separator = Pattern.compile(",");

        @Override
        void read(BoundedLineReader lines, Interactions into) {
            String header = lines.next();
            if (header == null) {
                return;
            }
            String names = header.startsWith("\uFEFF") ? header.substring(1) : header;
            if (!names.strip().equals(HEADER)) {
                throw lines.error("expected the header `" + HEADER + "`");
            }
            for (String line = lines.next(); line != null; line = lines.next()) {
                String[] fields = separator.split(line.strip(), -1);
                if (fields.length != 3) {
                    throw lines.error("expected `" + HEADER + "`");
                }
                into.add(
                        lines,
                        fields[0].strip(),
                        item(lines, fields[1].strip()),
                        time(lines, fields[2].strip()));
            }
        }
    };

    private static final int MAX_USER_ID = 128;

    private final String id;

    DataFormat(String id) {
        this.id = id;
    }

    /** Returns the name on the command line. */
    public String id() {
        return id;
    }

    /**
     * Returns the format of that name.
     *
     * @throws InvalidInputException if there is none
     */
    public static DataFormat of(String id) {
        StringJoiner known = new StringJoiner(", ");
        for (DataFormat format : values()) {
            if (format.id.equals(id)) {
                return format;
            }
            known.add(format.id);
        }
        throw new InvalidInputException(
                "unknown format \"" + BoundedLineReader.excerpt(id) + "\", known are " + known);
    }

    /**
     * Reads a file of this format.
     *
     * @throws InvalidInputException if the file is missing, unreadable or empty, a line is not of
     *     this format (naming the line), or no user has enough interactions
     */
    public InteractionLog read(Path file) {
        Interactions interactions = new Interactions();
        try (BoundedLineReader lines = BoundedLineReader.open(file)) {
            read(lines, interactions);
        }
        if (interactions.isEmpty()) {
            throw new InvalidInputException(file + ": there are no interactions in it");
        }
        return InteractionLog.of(file.toString(), interactions.histories());
    }

    abstract void read(BoundedLineReader lines, Interactions into);

    private static void readRatings(
            BoundedLineReader lines, Interactions into, Pattern separator, String expected) {
        for (String line = lines.next(); line != null; line = lines.next()) {
            String[] fields = separator.split(line.strip(), -1);
            if (fields.length != 4) {
                throw lines.error("expected `" + expected + "`");
            }
            long item = item(lines, fields[1]);
            requireNumber(lines, fields[2]);
            into.add(lines, fields[0], item, time(lines, fields[3]));
        }
    }

    private static long item(BoundedLineReader lines, String text) {
        long item = integer(lines, "item id", text);
        if (item < 0) {
            throw lines.error("item id " + item + " is negative");
        }
        return item;
    }

    private static long time(BoundedLineReader lines, String text) {
        return integer(lines, "timestamp", text);
    }

    private static long integer(BoundedLineReader lines, String what, String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw lines.error(
                    what + " \"" + BoundedLineReader.excerpt(text) + "\" is not an integer");
        }
    }

    private static void requireNumber(BoundedLineReader lines, String text) {
        try {
            Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw lines.error("rating \"" + BoundedLineReader.excerpt(text) + "\" is not a number");
        }
    }

    /** Collects interactions by user, in the order of the file. */
    static final class Interactions {
        private final Map<String, LongList> items = new LinkedHashMap<>();
        private final Map<String, LongList> times = new LinkedHashMap<>();

        void add(BoundedLineReader lines, String user, long item, long time) {
            if (user.isEmpty()) {
                throw lines.error("the user id is empty");
            }
            if (user.length() > MAX_USER_ID) {
                throw lines.error(
                        String.format(
                                Locale.ROOT,
                                "user id of %,d characters, the limit is %d",
                                user.length(),
                                MAX_USER_ID));
            }
            items.computeIfAbsent(user, key -> new LongList()).add(item);
            times.computeIfAbsent(user, key -> new LongList()).add(time);
        }

        boolean isEmpty() {
            return items.isEmpty();
        }

        List<UserHistory> histories() {
            List<UserHistory> histories = new ArrayList<>();
            items.forEach(
                    (user, list) ->
                            histories.add(
                                    new UserHistory(
                                            user, list.toArray(), times.get(user).toArray())));
            return histories;
        }
    }

    private static final class LongList {
        private long[] values = new long[16];
        private int size;

        void add(long value) {
            if (size == values.length) {
                values = Arrays.copyOf(values, size * 2);
            }
            values[size++] = value;
        }

        long[] toArray() {
            return Arrays.copyOf(values, size);
        }
    }
}
