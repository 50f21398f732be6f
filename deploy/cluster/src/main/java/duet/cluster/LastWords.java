package duet.cluster;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds what the output of a process that ended says of why. */
final class LastWords {
    private static final String CAUSE = "Caused by: ";

    /** A line of a stack trace that names neither an exception nor a message. */
    private static final Pattern FRAME = Pattern.compile("\\s*(at .*|\\.\\.\\. \\d+ more)\\s*");

    private LastWords() {}

    /**
     * Returns the last line that says something: of a stack trace its last cause.
     *
     * @return empty if no line says anything
     */
    static Optional<String> of(List<String> lines) {
        return lines.stream()
                .filter(line -> !line.isBlank() && !FRAME.matcher(line).matches())
                .reduce((first, second) -> second)
                .map(String::strip)
                .map(line -> line.startsWith(CAUSE) ? line.substring(CAUSE.length()) : line);
    }
}
