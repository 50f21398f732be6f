package duet.operations.deadletters;

import duet.schemas.InvalidInputException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says where a dead letter stands in its topic, written {@code partition@offset}.
 *
 * @param partition partition of the dead letters' topic
 * @param offset offset in that partition
 */
public record LetterId(int partition, long offset) {

    private static final Pattern WRITTEN = Pattern.compile("(\\d{1,9})@(\\d{1,18})");

    /**
     * Reads what {@link #toString()} writes.
     *
     * @throws InvalidInputException naming the text, if it is none
     */
    public static LetterId of(String text) {
        Matcher matcher = WRITTEN.matcher(text.strip());
        if (!matcher.matches()) {
            throw new InvalidInputException(
                    "'"
                            + text
                            + "' is not a dead letter such as 0@17, its partition and its offset");
        }
        return new LetterId(Integer.parseInt(matcher.group(1)), Long.parseLong(matcher.group(2)));
    }

    @Override
    public String toString() {
        return partition + "@" + offset;
    }
}
