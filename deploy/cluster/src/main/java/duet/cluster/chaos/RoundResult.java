package duet.cluster.chaos;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;

/**
 * What a round showed.
 *
 * @param round number of the round, from 1
 * @param startedAt when it began
 * @param fault what was done
 * @param target to what
 * @param passed whether every invariant held
 * @param problem where not: one line that says which, or why the round came to no end; null otherwise
 * @param outageSeconds longest time after the fault without any delta
 * @param recoverySeconds time from the fault until no window waited for more than {@link Backlog#LATE}; 0 if none ever did
 * @param windows windows that were sent
 * @param deltas different deltas that arrived
 * @param deadLetters windows of the fleet that ended in the dead letters
 * @param answeredTwice windows that went into a delta more than once, after the job went back to a checkpoint
 * @param duplicates deltas that arrived more than once
 * @param devicesChecked devices that were compared with the generator offline
 * @param largestErrorShare largest deviation of a weight from the offline one, as a share of the codec's tolerance
 * @param seconds how long the round took
 */
@JsonPropertyOrder({
    "round",
    "startedAt",
    "fault",
    "target",
    "passed",
    "problem",
    "outageSeconds",
    "recoverySeconds",
    "windows",
    "deltas",
    "deadLetters",
    "answeredTwice",
    "duplicates",
    "devicesChecked",
    "largestErrorShare",
    "seconds"
})
public record RoundResult(
        int round,
        Instant startedAt,
        Fault fault,
        String target,
        boolean passed,
        String problem,
        double outageSeconds,
        double recoverySeconds,
        long windows,
        long deltas,
        long deadLetters,
        long answeredTwice,
        long duplicates,
        int devicesChecked,
        double largestErrorShare,
        double seconds) {

    /** Whether the round came to its end, so that its figures say something. */
    boolean measured() {
        return windows > 0;
    }
}
