package duet.simulator.workload;

import duet.schemas.InvalidInputException;
import java.time.Duration;
import java.util.Locale;

/**
 * Describes sending that waits for answers: a slow system is asked less, so latencies measured this
 * way hide what open loop shows.
 *
 * @param inFlight most windows that are not answered yet
 * @param thinkTime from an answer to the window that takes its place
 */
public record ClosedLoop(int inFlight, Duration thinkTime) {
    private static final int MOST_IN_FLIGHT = 1_000_000;
    private static final Duration LONGEST_THINK_TIME = Duration.ofHours(1);

    public ClosedLoop {
        if (inFlight < 1 || inFlight > MOST_IN_FLIGHT) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%,d windows in flight, it must be 1 to %,d",
                            inFlight,
                            MOST_IN_FLIGHT));
        }
        if (thinkTime.isNegative() || thinkTime.compareTo(LONGEST_THINK_TIME) > 0) {
            throw new InvalidInputException(
                    "the think time is " + thinkTime + ", it must be 0 to " + LONGEST_THINK_TIME);
        }
    }
}
