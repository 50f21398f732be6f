package duet.cluster.chaos;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a round showed.
 *
 * @param disturbance what was done
 * @param passed whether every invariant held
 * @param problem where not: one line that says which, or why the round came to no end; null
 *     otherwise
 * @param outage how long the fault was felt
 * @param delivery what went out and came back
 * @param comparison with the generator offline
 * @param seconds how long the round took
 */
public record RoundResult(
        @JsonUnwrapped Disturbance disturbance,
        boolean passed,
        @Nullable String problem,
        @JsonUnwrapped Outage outage,
        @JsonUnwrapped Deliveries delivery,
        @JsonUnwrapped Comparison comparison,
        double seconds) {

    /**
     * Says what was done.
     *
     * @param round number of the round, from 1
     * @param startedAt when it began
     * @param fault what was done
     * @param target to what
     */
    public record Disturbance(int round, Instant startedAt, Fault fault, String target) {}

    /**
     * Says how long the fault was felt.
     *
     * @param outageSeconds longest time after the fault without any delta
     * @param recoverySeconds time from the fault until no window waited for more than {@link
     *     Backlog#LATE}; 0 if none ever did
     */
    public record Outage(double outageSeconds, double recoverySeconds) {}

    /**
     * Counts what went out and came back.
     *
     * @param windows windows that were sent
     * @param deltas different deltas that arrived
     * @param deadLetters windows of the fleet that ended in the dead letters
     * @param answeredTwice windows that went into a delta more than once, after the job went back
     *     to a checkpoint
     * @param duplicates deltas that arrived more than once
     */
    public record Deliveries(
            long windows, long deltas, long deadLetters, long answeredTwice, long duplicates) {}

    /**
     * Says how what devices held compares with the generator offline.
     *
     * @param devicesChecked devices that were compared
     * @param largestErrorShare largest deviation of a weight from the offline one, as a share of
     *     the codec's tolerance
     */
    public record Comparison(int devicesChecked, double largestErrorShare) {}

    /** Returns whether the round came to its end, so that its figures say something. */
    boolean measured() {
        return delivery.windows > 0;
    }
}
