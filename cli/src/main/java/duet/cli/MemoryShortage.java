package duet.cli;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says in one line that memory was missing: which, how much there is, and what helps. */
final class MemoryShortage {
    /** PyTorch's words where the machine gives no more. */
    private static final Pattern ENGINE =
            Pattern.compile("can't allocate memory: you tried to allocate (\\d+) bytes");

    private static final double GB = 1e9;

    private MemoryShortage() {}

    /**
     * Returns what to say where memory was missing.
     *
     * @param heap bytes that Java's heap may grow to
     * @param reducible whether the command reads a log and has {@code --where}
     */
    static Optional<String> of(Throwable thrown, long heap, boolean reducible) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError error) {
                // Who knows what was needed has said it.
                return Optional.of(
                        cause == thrown || thrown.getMessage() == null
                                ? heap(error, heap, reducible)
                                : thrown.getMessage());
            }
            Matcher engine = ENGINE.matcher(cause.getMessage() == null ? "" : cause.getMessage());
            if (engine.find()) {
                return Optional.of(engine(Double.parseDouble(engine.group(1))));
            }
        }
        return Optional.empty();
    }

    private static String heap(OutOfMemoryError error, long heap, boolean reducible) {
        return String.format(
                Locale.ROOT,
                "out of memory (%s): Java's heap may grow to %.1f GB, which this needs more than;"
                        + " DUET_JAVA_OPTS=-Xmx%dg allows more%s",
                error.getMessage(),
                heap / GB,
                (long) Math.ceil(2.0 * heap / (1L << 30)),
                reducible ? ", --where reads fewer rows" : "");
    }

    private static String engine(double bytes) {
        return String.format(
                Locale.ROOT,
                "out of memory: PyTorch asked for another %.1f GB, which the machine does not"
                        + " have; a smaller --width needs less",
                bytes / GB);
    }
}
