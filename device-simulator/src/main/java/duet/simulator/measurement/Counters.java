package duet.simulator.measurement;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What a fleet counts. Any thread may count and read. */
public final class Counters {
    /** One thing that is counted. */
    public enum Count {
        /** Windows handed to the producer, those that failed later included. */
        WINDOWS,
        /** Of those, the ones a device sent again for the model it had just switched to. */
        REPUBLISHED,
        /** Windows the broker did not take. */
        SEND_FAILURES,
        /**
         * Arrivals of the schedule that were not handed to the producer, because the load generator
         * was too late.
         */
        UNSENT,
        /** Windows that devices without a connection held back until they had one. */
        HELD_OFFLINE,
        /** Windows that the simulated network lost. */
        LOST_UP,
        /** Windows whose bytes were spoilt on purpose; each is expected among the dead letters. */
        GARBAGE,
        /** Windows sent later than they were meant to be, by more than the tolerance. */
        SENT_BEHIND,
        /** Key and value bytes of the windows. */
        WINDOW_BYTES,
        /** Different deltas for devices of this fleet. */
        DELTAS,
        /** Windows that those deltas answer. */
        ANSWERED_WINDOWS,
        /** Of those, the ones that a delta had answered before. */
        REPEATED,
        /** Of the deltas, those that the simulated network lost. */
        LOST_DOWN,
        /**
         * Of the deltas, those that a device never took because a newer one waited when it was
         * back.
         */
        SUPERSEDED,
        /** Key and value bytes of those deltas. */
        DELTA_BYTES,
        /** Delta records that had arrived before. */
        DUPLICATES,
        /**
         * Delta records for devices that are not of this fleet, or for windows sent before this
         * run.
         */
        FOREIGN_DELTAS,
        /** Delta records that could not be decoded. */
        MALFORMED_DELTAS,
        /** Dead letters of this fleet's devices. */
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
     * Windows that devices sent and the broker took, or would have taken had the simulated network
     * not lost them.
     */
    public long sent() {
        return get(Count.WINDOWS) - get(Count.SEND_FAILURES);
    }

    /** Windows that went into a delta made for a newer window of the same device. */
    public long coalesced() {
        return get(Count.ANSWERED_WINDOWS) - get(Count.DELTAS);
    }

    /**
     * Windows that were sent and neither answered, nor found among the dead letters, nor lost in
     * the network; the job may have gated them.
     */
    public long unanswered() {
        return Math.max(
                0,
                sent()
                        - get(Count.ANSWERED_WINDOWS)
                        - get(Count.DEAD_LETTERS)
                        - get(Count.LOST_UP));
    }

    /** All counts by name, for logs. */
    public Map<Count, Long> all() {
        Map<Count, Long> all = new LinkedHashMap<>();
        for (Count count : Count.values()) {
            all.put(count, get(count));
        }
        return all;
    }
}
