package duet.jobs.history;

import java.util.Arrays;

/**
 * The newest interactions of one device that the job has seen: at most H raw item ids, each at its sequence number.
 * Immutable.
 *
 * <p>A history is the newest H of the <em>set</em> of interactions seen so far. That makes merging associative,
 * commutative and idempotent: whatever the order, overlap or repetition of a device's windows, the same interactions
 * give the same history. Sequence numbers that never arrived are simply absent; a late window fills them in.
 */
public final class DeviceHistory {
    /** The most item ids a history may be asked to hold; bounds what is read back from state. */
    public static final int MAX_CAPACITY = 4096;

    private static final DeviceHistory EMPTY = new DeviceHistory(new long[0], null, 0);

    private final long[] items;

    /** Sequence number of each item, ascending; null where they are consecutive, which is the usual case. */
    private final long[] sequences;

    private final long nextSequence;

    private DeviceHistory(long[] items, long[] sequences, long nextSequence) {
        this.items = items;
        this.sequences = sequences;
        this.nextSequence = nextSequence;
    }

    /** The history of a device that was never seen. */
    public static DeviceHistory empty() {
        return EMPTY;
    }

    /** Takes over both arrays. {@code sequences} ascend strictly and are as many as {@code items}. */
    static DeviceHistory of(long[] items, long[] sequences) {
        int size = items.length;
        if (size == 0) {
            return EMPTY;
        }
        long newest = sequences[size - 1];
        boolean consecutive = newest - sequences[0] == size - 1;
        return new DeviceHistory(items, consecutive ? null : sequences, newest + 1);
    }

    /** Number of items held, 0 to H. */
    public int size() {
        return items.length;
    }

    /** Raw item id at {@code index}, 0 is the oldest. */
    public long item(int index) {
        return items[index];
    }

    /** Sequence number of the item at {@code index}. */
    public long sequence(int index) {
        return sequences == null ? nextSequence - items.length + index : sequences[index];
    }

    /** Raw item ids, oldest first; a copy. */
    public long[] items() {
        return items.clone();
    }

    /** The sequence number after the newest interaction; what the next window without overlap starts with. */
    public long nextSequence() {
        return nextSequence;
    }

    /**
     * Merges a window of consecutive interactions.
     *
     * <p>Where the window gives another item for a sequence number that is held, the held one stays: a sequence number
     * names one interaction for good.
     *
     * @param firstSequence sequence number of the window's first interaction, not negative
     * @param window raw item ids in the order they happened, at least one
     * @param capacity H, the most items to hold
     */
    public HistoryMerge merge(long firstSequence, long[] window, int capacity) {
        if (capacity < 1 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException(
                    "history capacity %,d is not in 1 to %,d".formatted(capacity, MAX_CAPACITY));
        }
        if (window.length == 0 || firstSequence < 0) {
            throw new IllegalArgumentException(
                    "window of %d interactions from sequence number %d"
                            .formatted(window.length, firstSequence));
        }
        long windowEnd = firstSequence + window.length;

        // Newest first: take the larger sequence number of both sides until H are taken.
        int bound = (int) Math.min(capacity, (long) items.length + window.length);
        long[] mergedItems = new long[bound];
        long[] mergedSequences = new long[bound];
        int at = bound;
        int held = items.length - 1;
        int offered = window.length - 1;
        int added = 0;
        int repeated = 0;
        while (at > 0 && (held >= 0 || offered >= 0)) {
            long heldSequence = held >= 0 ? sequence(held) : -1;
            long offeredSequence = offered >= 0 ? firstSequence + offered : -1;
            at--;
            if (heldSequence >= offeredSequence) {
                mergedItems[at] = items[held--];
                mergedSequences[at] = heldSequence;
                if (heldSequence == offeredSequence) {
                    offered--;
                    repeated++;
                }
            } else {
                mergedItems[at] = window[offered--];
                mergedSequences[at] = offeredSequence;
                added++;
            }
        }
        HistoryMerge.Kind kind = kind(firstSequence, windowEnd, added, repeated);
        long missing = kind == HistoryMerge.Kind.GAP ? firstSequence - nextSequence : 0;
        int newer = (int) Math.max(0, windowEnd - Math.max(firstSequence, nextSequence));
        if (added == 0 && items.length <= capacity) {
            return new HistoryMerge(this, kind, newer, missing);
        }
        DeviceHistory merged =
                of(
                        Arrays.copyOfRange(mergedItems, at, bound),
                        Arrays.copyOfRange(mergedSequences, at, bound));
        return new HistoryMerge(merged, kind, newer, missing);
    }

    private HistoryMerge.Kind kind(long first, long end, int added, int repeated) {
        if (items.length == 0 || first == nextSequence) {
            return HistoryMerge.Kind.NEW;
        }
        if (first > nextSequence) {
            return HistoryMerge.Kind.GAP;
        }
        if (end > nextSequence) {
            return HistoryMerge.Kind.OVERLAP;
        }
        return added == 0 && repeated > 0 ? HistoryMerge.Kind.REPEAT : HistoryMerge.Kind.LATE;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DeviceHistory that
                && nextSequence == that.nextSequence
                && Arrays.equals(items, that.items)
                && Arrays.equals(sequences, that.sequences);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Long.hashCode(nextSequence) + Arrays.hashCode(items))
                + Arrays.hashCode(sequences);
    }

    @Override
    public String toString() {
        return "DeviceHistory{items=%s, sequences=%s, next=%d}"
                .formatted(Arrays.toString(items), Arrays.toString(sequences), nextSequence);
    }
}
