package duet.schemas;

import java.util.regex.Pattern;

/**
 * Shows text from outside in one line. Device ids, versions and messages that quote them are shown
 * in logs, on terminals and in pages, and must not be able to break a line, control a terminal or
 * turn around what stands beside them.
 */
public final class OneLine {
    /**
     * Controls (escape and those of C1 among them), format characters (which hold the marks of
     * writing direction), halves of surrogate pairs, and separators of lines and paragraphs.
     */
    private static final Pattern NOT_SHOWN =
            Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

    private OneLine() {}

    /** Returns the text with a question mark for every character that cannot be shown. */
    public static String of(String text) {
        return NOT_SHOWN.matcher(text).replaceAll("?");
    }

    /** Returns the first {@code most} characters of the text as {@link #of} shows them. */
    public static String of(String text, int most) {
        return of(text.length() <= most ? text : text.substring(0, most));
    }

    /**
     * Returns the first line of what a failure says, as {@link #of} shows it; the name of its class
     * where it says nothing.
     */
    public static String of(Throwable failure) {
        String message = failure.getMessage();
        return of(
                message == null
                        ? failure.getClass().getSimpleName()
                        : message.lines().findFirst().orElse(""));
    }
}
