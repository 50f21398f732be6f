package duet.jobs.io;

import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;

/**
 * This class tells how far event time has come in each partition that a subtask reads. A partition
 * that has been silent for a while counts neither for the progress nor for the lag, so that it
 * holds nothing back and nobody is woken for it.
 */
final class PartitionTimes {
    private final long idleNanos;
    private final LongSupplier nanoClock;
    private final Map<Integer, Partition> partitions = new HashMap<>();

    /** The thread that reports metrics reads this field. */
    private volatile long lagMillis;

    /**
     * @param idleNanos time without a window after which a partition is silent
     * @param nanoClock time that stands still while the job cannot take windows in, which is no
     *     silence of partitions
     */
    PartitionTimes(long idleNanos, LongSupplier nanoClock) {
        this.idleNanos = idleNanos;
        this.nanoClock = nanoClock;
    }

    /**
     * Takes note of a window: where it was read, when it was sent and when it came in, both in
     * milliseconds since the epoch.
     */
    void seen(int partition, long sentAtMillis, long receivedAtMillis) {
        Partition seen = partitions.computeIfAbsent(partition, p -> new Partition());
        seen.newestMillis = Math.max(seen.newestMillis, sentAtMillis);
        seen.lagMillis = Math.max(0, receivedAtMillis - sentAtMillis);
        seen.atNanos = nanoClock.getAsLong();
    }

    /**
     * Sorts out partitions that fell silent, and returns the time that all others have reached: of
     * each the newest window, of these the oldest; empty where all are silent.
     */
    OptionalLong progress() {
        long now = nanoClock.getAsLong();
        // A partition that speaks again, or another subtask's after a restore, starts anew.
        partitions.values().removeIf(partition -> now - partition.atNanos >= idleNanos);
        lagMillis =
                partitions.values().stream()
                        .mapToLong(partition -> partition.lagMillis)
                        .max()
                        .orElse(0);
        return partitions.values().stream().mapToLong(partition -> partition.newestMillis).min();
    }

    /**
     * Returns how long the last window of each partition was under way before it came in, in
     * milliseconds: of these the longest, 0 where all partitions are silent. The value is as of the
     * last {@link #progress}.
     */
    long lagMillis() {
        return lagMillis;
    }

    private static final class Partition {
        private long newestMillis = Long.MIN_VALUE;
        private long lagMillis;
        private long atNanos;
    }
}
