package duet.interactions;

import duet.schemas.Count;
import duet.schemas.InvalidInputException;
import java.util.List;
import java.util.regex.Pattern;

/** Says what to do with a text whose columns are not separated as those of tables are. */
final class NoTable {
    private static final Pattern BLANKS = Pattern.compile("[ \t]+");
    private static final Pattern GROUP = Pattern.compile("\\w+:");
    private static final String SEPARATORS = "^~#!\u0001\u001F";
    private static final Pattern SEPARATED = Pattern.compile("[,;|\t].*[,;|\t]");
    private static final int MOST_ABOVE = 20;
    private static final int RATING_FIELDS = 4;

    private NoTable() {}

    /**
     * Makes an error.
     *
     * @param lines the first of the file, at least one, without blanks around them
     */
    static InvalidInputException of(LogFile file, List<String> lines) {
        return new InvalidInputException(
                file.path()
                        + ": no table whose columns are separated by a comma, tab, semicolon or"
                        + " bar; "
                        + hint(lines)
                        + "? It begins with \""
                        + DuckDb.excerpt(lines.get(0))
                        + "\"");
    }

    private static String hint(List<String> lines) {
        String first = lines.get(0);
        if (first.contains("::")) {
            return "is it --format ml-1m";
        }
        if (GROUP.matcher(first).matches()) {
            return "do lines such as the first stand above those of a group? Each row has to say"
                    + " all; is it the Netflix Prize's";
        }
        for (int line = 1; line < lines.size(); line++) {
            if (SEPARATED.matcher(lines.get(line)).find() && line <= MOST_ABOVE) {
                return "does its table begin below? What stands above has to go, as with tail -n +"
                        + (line + 1)
                        + "";
            }
        }
        int fields = fields(first);
        if (fields == 1) {
            for (char separator : SEPARATORS.toCharArray()) {
                if (first.indexOf(separator) > 0) {
                    String shown =
                            separator < ' '
                                    ? "the control character " + (int) separator
                                    : "'" + separator + "'";
                    return "is it separated by " + shown + ", which has to become a tab";
                }
            }
            return "has it one column alone";
        }
        if (!lines.stream().allMatch(line -> fields(line) == fields)) {
            return "is it --format sequence, a user and its items a line";
        }
        if (fields == 2) {
            return "is it --format pairs, a user and an item a line";
        }
        boolean numbers =
                lines.stream()
                        .map(BLANKS::split)
                        .allMatch(l -> TimeText.isNumber(l[2]) && TimeText.isNumber(l[fields - 1]));
        if (fields == RATING_FIELDS && numbers) {
            return "is it --format ml-100k, user, item, rating and time a line";
        }
        return "are its "
                + Count.of(fields, "column")
                + " separated by blanks, which have to become tabs, as with sed -E 's/ +/\\t/g'";
    }

    private static int fields(String line) {
        return BLANKS.split(line).length;
    }
}
