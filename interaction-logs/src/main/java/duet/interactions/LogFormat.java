package duet.interactions;

import duet.schemas.InvalidInputException;
import duet.schemas.OneLine;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Lists the formats that are known by name; without one a log is a table that tells its own. */
public enum LogFormat {
    /** Has lines {@code user item rating timestamp}, separated by tabs or blanks. */
    ML_100K("ml-100k"),

    /** Has lines {@code user::item::rating::timestamp}. */
    ML_1M("ml-1m"),

    /** Has a line {@code user item item …} for each user, items in time order. */
    SEQUENCE("sequence"),

    /** Has lines {@code user item}, in time order. */
    PAIRS("pairs"),

    /** Is a table whose header names its columns, as without a format. */
    CSV("csv");

    private static final int MOST_SHOWN = 80;

    private final String id;

    LogFormat(String id) {
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
    public static LogFormat of(String id) {
        for (LogFormat format : values()) {
            if (format.id.equals(id)) {
                return format;
            }
        }
        throw new InvalidInputException(
                "unknown format \""
                        + OneLine.of(id, MOST_SHOWN)
                        + "\", known are "
                        + Arrays.stream(values())
                                .map(LogFormat::id)
                                .collect(Collectors.joining(", "))
                        + "; a csv, tsv, JSON lines or Parquet file needs none");
    }
}
