package duet.interactions;

import duet.schemas.InvalidInputException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Makes milliseconds since 1970 of dates, and of numbers whose unit follows from their size:
 * seconds, milli-, micro- or nanoseconds of the years 1973 to 5138. A log has one unit. What is too
 * early or too late beside the others, such as 0, -1, 1970-01-01 or 9999-12-31, stands for no time.
 */
final class Times {
    /** Is what a time could not be read as. */
    static final long NONE = Long.MIN_VALUE;

    /** Is the unit of numbers that are no dates. */
    static final String NUMBERS = "numbers";

    /** Is a time that is too early or too late beside others. */
    static final long UNLIKELY = Long.MIN_VALUE + 1;

    /** Dates up to here, the whole first day, are what no time becomes in many programs. */
    private static final long EARLY_MICROS = TimeUnit.DAYS.toMicros(1);

    /** Dates from here on are what no end becomes in many programs. */
    private static final long LATE_MICROS =
            TimeUnit.SECONDS.toMicros(Instant.parse("2200-01-01T00:00:00Z").getEpochSecond());

    private static final long YEAR_1000_MICROS =
            TimeUnit.SECONDS.toMicros(Instant.parse("1000-01-01T00:00:00Z").getEpochSecond());

    /** From here numbers are dates in seconds, from 1973 on. */
    private static final double SECONDS = 1e8;

    private static final double STEP = 1e3;

    /** Ratings go up to here. */
    private static final double HIGHEST_RATING = 5;

    private static final double LAST_DAY = 31;
    private static final double FIRST_YEAR = 1_900;
    private static final double LAST_YEAR = 2_100;

    /** Fewer rows tell nothing of what a column is. */
    private static final int FEW = 20;

    /** Is a size of numbers. */
    private enum Unit {
        NUMBERS(Times.NUMBERS),
        SECONDS("seconds"),
        MILLISECONDS("milliseconds"),
        MICROSECONDS("microseconds"),
        NANOSECONDS("nanoseconds");

        private final String title;

        Unit(String title) {
            this.title = title;
        }
    }

    private final String[] first = new String[Unit.values().length];
    private final long[] firstRow = new long[Unit.values().length];
    private @Nullable String unlikely;
    private long unlikelyRow;
    private @Nullable Unit lateUnit;
    private @Nullable String likely;
    private final boolean refuseUnlikely;
    private long count;
    private double least = Double.POSITIVE_INFINITY;
    private double most = Double.NEGATIVE_INFINITY;

    /**
     * Makes a reader of times.
     *
     * @param refuseUnlikely whether others than those that are too early or too late are known to
     *     be there, so that these are none
     */
    Times(boolean refuseUnlikely) {
        this.refuseUnlikely = refuseUnlikely;
    }

    /**
     * Reads a date.
     *
     * @param micros since 1970
     * @param text for messages
     * @param row for messages
     * @return milliseconds since 1970, {@link #NONE} where the year has not four digits, or {@link
     *     #UNLIKELY}
     */
    long date(long micros, String text, long row) {
        if (micros < YEAR_1000_MICROS) {
            return NONE;
        }
        if (micros < EARLY_MICROS || micros >= LATE_MICROS) {
            return unlikely(text, row, Math.floorDiv(micros, 1_000L));
        }
        likely = likely == null ? text : likely;
        return Math.floorDiv(micros, 1_000L);
    }

    private long unlikely(String text, long row, long millis) {
        if (unlikely == null) {
            unlikely = text;
            unlikelyRow = row;
        }
        return refuseUnlikely ? UNLIKELY : millis;
    }

    /** Tells whether some of the times taken are too early or too late beside the others. */
    boolean hasUnlikely() {
        return !refuseUnlikely && unlikely != null && likely != null;
    }

    /** Refuses the first of them. */
    void refuseUnlikely(RowSink sink) {
        String text = Objects.requireNonNull(unlikely);
        sink.refuse(
                "no time",
                String.format(
                        Locale.ROOT,
                        " (%s beside %s)",
                        DuckDb.excerpt(text),
                        DuckDb.excerpt(Objects.requireNonNull(likely))),
                unlikelyRow,
                text);
    }

    /**
     * Reads a number.
     *
     * @param row for messages
     * @return milliseconds since 1970, {@link #NONE} where it is no number, or {@link #UNLIKELY}
     */
    long millis(String text, long row) {
        long whole = whole(text);
        double number = whole;
        if (whole == NONE) {
            if (!TimeText.isNumber(text)) {
                return NONE;
            }
            number = Double.parseDouble(text);
        }
        Unit unit = unit(Math.abs(number));
        if (unit == null) {
            return NONE;
        }
        count++;
        least = Math.min(least, number);
        most = Math.max(most, number);
        long millis = whole != NONE ? ofWhole(whole, unit) : ofFraction(number, unit);
        if (unit == Unit.NUMBERS || millis >= LATE_MICROS / 1_000) {
            lateUnit = unit == Unit.NUMBERS ? lateUnit : unit;
            return unlikely(text, row, millis);
        }
        if (first[unit.ordinal()] == null) {
            first[unit.ordinal()] = text;
            firstRow[unit.ordinal()] = row;
            likely = likely == null ? text : likely;
        }
        return millis;
    }

    private static long ofWhole(long number, Unit unit) {
        return switch (unit) {
            case NUMBERS, SECONDS -> number * 1_000;
            case MILLISECONDS -> number;
            case MICROSECONDS -> Math.floorDiv(number, 1_000L);
            case NANOSECONDS -> Math.floorDiv(number, 1_000_000L);
        };
    }

    private static long ofFraction(double number, Unit unit) {
        return (long)
                Math.floor(
                        switch (unit) {
                            case NUMBERS, SECONDS -> number * 1e3;
                            case MILLISECONDS -> number;
                            case MICROSECONDS -> number / 1e3;
                            case NANOSECONDS -> number / 1e6;
                        });
    }

    private static @Nullable Unit unit(double size) {
        double limit = SECONDS;
        for (Unit unit : Unit.values()) {
            if (size < limit) {
                return unit;
            }
            limit = unit == Unit.NUMBERS ? SECONDS * STEP : limit * STEP;
        }
        return size <= Long.MAX_VALUE ? Unit.NANOSECONDS : null;
    }

    /**
     * Returns the unit in which all of some numbers are times between two others.
     *
     * @param least of the numbers
     * @param most of the numbers
     * @param from seconds since 1970
     * @param to seconds since 1970, not included
     */
    static Optional<String> unitBetween(double least, double most, double from, double to) {
        double ofSecond = 1;
        for (Unit unit : Unit.values()) {
            if (unit != Unit.NUMBERS) {
                if (from * ofSecond <= least && most < to * ofSecond) {
                    return Optional.of(unit.title);
                }
                ofSecond *= STEP;
            }
        }
        return Optional.empty();
    }

    private static long whole(String text) {
        int length = text.length();
        if (length == 0 || length > 18) {
            return wholeOrNone(text);
        }
        long value = 0;
        for (int i = 0; i < length; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return wholeOrNone(text);
            }
            value = value * 10 + digit;
        }
        return value;
    }

    private static long wholeOrNone(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return NONE;
        }
    }

    /**
     * Returns the unit of all numbers read.
     *
     * @param what the column, for messages
     * @throws InvalidInputException if there are several units, or the numbers are ratings
     */
    String unit(String what, Refusals places) {
        Unit found = null;
        for (Unit unit : Unit.values()) {
            String text = first[unit.ordinal()];
            if (text == null) {
                continue;
            }
            if (found != null) {
                throw new InvalidInputException(
                        String.format(
                                Locale.ROOT,
                                "%s has times in several units: %s (%s) and %s (%s)",
                                what,
                                places.show(firstRow[found.ordinal()], first[found.ordinal()]),
                                found.title,
                                places.show(firstRow[unit.ordinal()], text),
                                unit.title));
            }
            found = unit;
        }
        if (count >= FEW && least >= 0 && most <= HIGHEST_RATING) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s has numbers from %s to %s only: these are ratings, no times; say"
                                    + " --columns time=NAME, or time=none to take the order of the"
                                    + " rows",
                            what,
                            shown(least),
                            shown(most)));
        }
        Unit unit = found == null ? lateUnit : found;
        return unit == null ? Unit.NUMBERS.title : unit.title;
    }

    /** Tells whether all numbers could be days of a month, or all be years. */
    boolean arePartsOfDates() {
        return least >= 1 && most <= LAST_DAY || least >= FIRST_YEAR && most <= LAST_YEAR;
    }

    /**
     * Makes an error of numbers that are no dates, for a column that was taken by its name alone.
     *
     * @param what the log, for messages
     * @param column its name
     * @param others names of columns that may have the times instead
     */
    InvalidInputException noDates(String what, String column, List<String> others) {
        return new InvalidInputException(
                String.format(
                        Locale.ROOT,
                        "%s: the numbers in %s, from %s to %s, are no dates: say --columns time=%s,"
                                + " or time=none to take the order of the rows",
                        what,
                        column,
                        shown(least),
                        shown(most),
                        others.isEmpty() ? "NAME" : String.join(" or time=", others)));
    }

    private static String shown(double number) {
        return number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
    }
}
