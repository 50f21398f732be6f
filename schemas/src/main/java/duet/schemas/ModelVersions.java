package duet.schemas;

import java.util.regex.Pattern;

/**
 * Says which model versions there can be: 1 to {@value #MOST_CHARACTERS} letters, digits, dots,
 * underscores and hyphens of ASCII. Versions are names in records, logs, metrics and commands, so
 * they need no other character anywhere.
 */
public final class ModelVersions {
    /** A version has at most this many characters, which are bytes, too. */
    public static final int MOST_CHARACTERS = 128;

    /** This is how an error says what a version may be. */
    public static final String RULE =
            "it must be 1 to " + MOST_CHARACTERS + " letters, digits, '.', '_' or '-'";

    private static final Pattern VALID =
            Pattern.compile("[A-Za-z0-9._-]{1," + MOST_CHARACTERS + "}");

    private ModelVersions() {}

    /** Returns whether there can be such a version. */
    public static boolean isValid(String version) {
        return VALID.matcher(version).matches();
    }
}
