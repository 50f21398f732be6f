package duet.cluster.chaos;

import java.util.Locale;
import java.util.Optional;

/**
 * Holds what a TaskManager's heap may hold after each round: a quarter and {@value #SLACK_BYTES}
 * bytes more than the most of the first {@value #FIRST_ROUNDS} rounds, and {@value #DEVICE_BYTES}
 * bytes for each device that came up since, which is what the state of one takes on the heap. What
 * a round leaves behind for good is over that before long. The whole process may hold what it was
 * given.
 */
final class MemoryBound {

    static final int FIRST_ROUNDS = 3;
    static final long SLACK_BYTES = 16 << 20;
    static final long DEVICE_BYTES = 203;

    private final long processBytes;
    private long largest;
    private long devicesThen;
    private int rounds;

    /**
     * @param processBytes memory that the process of a TaskManager is given
     */
    MemoryBound(long processBytes) {
        this.processBytes = processBytes;
    }

    /**
     * Takes down what a round left.
     *
     * @param devices devices that the job has met so far, honest and hostile ones
     */
    RoundResult.Memory after(TaskManagerMemory memory, long devices) {
        if (rounds < FIRST_ROUNDS) {
            rounds++;
            largest = Math.max(largest, memory.heapBytes());
            devicesThen = devices;
        }
        return new RoundResult.Memory(
                memory.heapBytes(),
                largest + largest / 4 + SLACK_BYTES + DEVICE_BYTES * (devices - devicesThen),
                memory.residentBytes());
    }

    /** Returns what is wrong with it; empty if nothing is. */
    Optional<String> problem(RoundResult.Memory memory) {
        if (memory.heapBytes() > memory.heapBoundBytes()) {
            return Optional.of(
                    String.format(
                            Locale.ROOT,
                            "a TaskManager holds %,d bytes after a full collection, the bound is"
                                    + " %,d",
                            memory.heapBytes(),
                            memory.heapBoundBytes()));
        }
        if (memory.residentBytes() > processBytes) {
            return Optional.of(
                    String.format(
                            Locale.ROOT,
                            "a TaskManager's process holds %,d bytes, it is given %,d",
                            memory.residentBytes(),
                            processBytes));
        }
        return Optional.empty();
    }
}
