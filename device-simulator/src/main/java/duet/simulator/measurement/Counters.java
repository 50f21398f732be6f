package duet.simulator.measurement;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a fleet does. Any thread may count and read. */
public final class Counters {
    /** Names one thing that is counted. */
    public enum Count {
        /** Counts windows handed to the producer, those that failed later included. */
        WINDOWS,
        /** Counts, of those, the ones a device sent again for the model it had just switched to. */
        REPUBLISHED,
        /** Counts windows the broker did not take. */
        SEND_FAILURES,
        /**
         * Counts arrivals of the schedule that were not handed to the producer, because the load
         * generator was too late.
         */
        UNSENT,
        /** Counts windows that devices without a connection held back until they had one. */
        HELD_OFFLINE,
        /** Counts windows that the simulated network lost. */
        LOST_UP,
        /**
         * Counts windows whose bytes were spoilt on purpose; each is expected among the dead
         * letters.
         */
        GARBAGE,
        /** Counts windows sent later than they were meant to be, by more than the tolerance. */
        SENT_BEHIND,
        /** Counts key and value bytes of the windows. */
        WINDOW_BYTES,
        /** Counts different deltas for devices of this fleet. */
        DELTAS,
        /** Counts windows that those deltas answer. */
        ANSWERED_WINDOWS,
        /** Counts, of those, the ones that a delta had answered before. */
        REPEATED,
        /** Counts, of the deltas, those that the simulated network lost. */
        LOST_DOWN,
        /**
         * Counts, of the deltas, those that a device never took because a newer one waited when it
         * was back.
         */
        SUPERSEDED,
        /** Counts key and value bytes of those deltas. */
        DELTA_BYTES,
        /** Counts delta records that had arrived before. */
        DUPLICATES,
        /**
         * Counts delta records for devices that are not of this fleet, or for windows sent before
         * this run.
         */
        FOREIGN_DELTAS,
        /** Counts delta records that could not be decoded. */
        MALFORMED_DELTAS,
        /** Counts dead letters of this fleet's devices. */
        DEAD_LETTERS
    }

    private final LongAdder[] counts = new LongAdder[Count.values().length];

    public Counters() {
        for (int i = 0; i < counts.length; i++) {
            counts[i] = new LongAdder();
        }
    }

    public void increment(Count count) {
        counts[count.ordinal()].increment();
    }

    public void add(Count count, long number) {
        counts[count.ordinal()].add(number);
    }

    public long get(Count count) {
        return counts[count.ordinal()].sum();
    }

    /**
     * Returns how many windows devices sent and the broker took, or would have taken had the
     * simulated network not lost them.
     */
    public long sent() {
        return get(Count.WINDOWS) - get(Count.SEND_FAILURES);
    }

    /** Returns how many windows went into a delta made for a newer window of the same device. */
    public long coalesced() {
        return get(Count.ANSWERED_WINDOWS) - get(Count.DELTAS);
    }

    /**
     * Returns how many windows were sent and neither answered, nor found among the dead letters,
     * nor lost in the network; the job may have gated them.
     */
    public long unanswered() {
        return Math.max(
                0,
                sent()
                        - get(Count.ANSWERED_WINDOWS)
                        - get(Count.DEAD_LETTERS)
                        - get(Count.LOST_UP));
    }

    /** Returns all counts by name, for logs. */
    public Map<Count, Long> all() {
        Map<Count, Long> all = new LinkedHashMap<>();
        for (Count count : Count.values()) {
            all.put(count, get(count));
        }
        return all;
    }
}
