package duet.simulator.fleet;

import duet.schemas.OneLine;
import java.util.HashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;

/**
 * Logs faults that may come with every record: the first of a kind at once, then one line a minute
 * at most, which says how many came in between. Whoever reports them counts them; a flood of bad
 * records must not become a flood of lines. Any thread may report.
 */
public final class FaultLog {
    /** After a line no other of its kind is written for this many microseconds. */
    static final long QUIET_MICROS = 60_000_000;

    private final Logger log;
    private final LongSupplier micros;
    private final Map<String, Kind> kinds = new HashMap<>();

    /**
     * Creates a log without faults so far.
     *
     * @param micros the time in microseconds
     */
    public FaultLog(Logger log, LongSupplier micros) {
        this.log = log;
        this.micros = micros;
    }

    /**
     * Reports a fault.
     *
     * @param kind what all faults of its kind have in common, one of a few
     * @param message this one, which may quote what came; asked for only where it is written
     */
    public synchronized void report(String kind, Supplier<String> message) {
        long now = micros.getAsLong();
        Kind before = kinds.get(kind);
        if (before != null && now - before.writtenAtMicros < QUIET_MICROS) {
            before.silent++;
            return;
        }
        String line = OneLine.of(message.get());
        if (before == null || before.silent == 0) {
            log.warn("{}: {}", kind, line);
        } else {
            log.warn("{}: {} ({} more since the last line)", kind, line, before.silent);
        }
        kinds.put(kind, new Kind(now));
    }

    private static final class Kind {
        private final long writtenAtMicros;
        private long silent;

        Kind(long writtenAtMicros) {
            this.writtenAtMicros = writtenAtMicros;
        }
    }
}
