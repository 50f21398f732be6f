package duet.testkit;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Picks out what a program says by itself: its log and its error stream without what a broker or a
 * Flink cluster in the same JVM logs, which also complain of a machine that is busy.
 */
public final class OwnLines {
    private static final Pattern ENTRY =
            Pattern.compile(
                    "(?:\\d\\d:\\d\\d:\\d\\d\\.\\d{3} )?(?:TRACE|DEBUG|INFO|WARN|ERROR|FATAL)"
                            + " +(\\S+) - .*");

    /**
     * Matches loggers of servers, also abbreviated to first letters; the clients that the product
     * uses are its own.
     */
    private static final Pattern SERVER =
            Pattern.compile(
                    "k(afka)?\\..*"
                            + "|o(rg)?\\.a(pache)?\\."
                            + "(f(link)?|p(ekko)?|k(afka)?\\.(?!c\\.|clients|common)\\w+)\\..*");

    private OwnLines() {}

    /** Returns the lines of a text that are no entries of a server's log, nor belong to one. */
    public static String of(String text) {
        boolean[] server = new boolean[1];
        return text.lines()
                .filter(
                        line -> {
                            Matcher entry = ENTRY.matcher(line);
                            if (entry.matches()) {
                                server[0] = SERVER.matcher(entry.group(1)).matches();
                            } else if (line.startsWith("duet: ")) {
                                server[0] = false;
                            }
                            return !server[0];
                        })
                .collect(Collectors.joining("\n"));
    }
}
