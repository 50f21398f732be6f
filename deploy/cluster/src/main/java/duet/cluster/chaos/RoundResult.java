package duet.cluster.chaos;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import duet.cluster.chaos.hostile.HostileCount;
import duet.cluster.chaos.hostile.HostileKind;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds what a round showed.
 *
 * @param disturbance what was done
 * @param verdict whether every invariant held
 * @param outage how long the fault was felt
 * @param delivery what went out and came back
 * @param comparison with the generator offline
 * @param hostile what became of hostile records, by what is wrong with them
 * @param memory what TaskManagers held afterwards; null where the round came to no end
 * @param seconds how long the round took
 */
public record RoundResult(
        @JsonUnwrapped Disturbance disturbance,
        @JsonUnwrapped Verdict verdict,
        @JsonUnwrapped Outage outage,
        @JsonUnwrapped Deliveries delivery,
        @JsonUnwrapped Comparison comparison,
        Map<HostileKind, HostileCount> hostile,
        @Nullable Memory memory,
        double seconds) {

    public RoundResult {
        hostile = Collections.unmodifiableMap(new TreeMap<>(hostile));
    }

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
     * Says whether every invariant held.
     *
     * @param passed whether it did
     * @param problem where not: one line that says which, or why the round came to no end; null
     *     otherwise
     */
    public record Verdict(boolean passed, @Nullable String problem) {}

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

    /**
     * Says what TaskManagers held after the round, when its fleet was gone: the largest of them.
     *
     * @param heapBytes objects on its heap right after a full collection
     * @param heapBoundBytes what they may be after this round
     * @param residentBytes memory of the process
     */
    public record Memory(long heapBytes, long heapBoundBytes, long residentBytes) {}

    /** Returns whether every invariant held. */
    public boolean passed() {
        return verdict.passed;
    }

    /** Returns one line that says what did not hold; null if all did. */
    public @Nullable String problem() {
        return verdict.problem;
    }

    /** Returns whether the round came to its end, so that its figures say something. */
    boolean measured() {
        return delivery.windows > 0;
    }
}
