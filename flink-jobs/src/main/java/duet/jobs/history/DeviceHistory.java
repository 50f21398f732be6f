package duet.jobs.history;

import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A history holds the newest interactions of one device that the job has seen: at most H of them,
 * each at its sequence number. They are raw item ids, or feature vectors of one dimension. A
 * history is immutable.
 *
 * <p>A history is the newest H of the <em>set</em> of interactions seen so far. That makes merging
 * associative, commutative and idempotent: whatever the order, overlap or repetition of a device's
 * windows, the same interactions give the same history. Sequence numbers that never arrived are
 * simply absent; a late window fills them in.
 *
 * <p>Its revision counts how often it changed, and it says when it was written last. Both depend on
 * the order and grouping of the windows, so histories are equal whatever these are.
 */
public final class DeviceHistory {
    /**
     * A history may be asked to hold at most this many interactions; this bounds what is read back
     * from state.
     */
    public static final int MAX_CAPACITY = 4096;

    /** The second that a history names where nobody knows when it was written. */
    public static final long TIME_UNKNOWN = 0;

    private static final long LATEST_SECOND = 0xFFFF_FFFFL;

    private static final DeviceHistory EMPTY =
            new DeviceHistory(new ItemIds(), null, 0, 0, (int) TIME_UNKNOWN);

    private final InteractionContents contents;

    /**
     * The sequence numbers of the interactions ascend; the array is null where they are
     * consecutive, which is the usual case.
     */
    private final long @Nullable [] sequences;

    private final long nextSequence;

    private final long revision;

    /** Unsigned, in what would be padding otherwise: a history is no larger for it. */
    private final int writtenSecond;

    private DeviceHistory(
            InteractionContents contents,
            long @Nullable [] sequences,
            long nextSequence,
            long revision,
            int writtenSecond) {
        this.contents = contents;
        this.sequences = sequences;
        this.nextSequence = nextSequence;
        this.revision = revision;
        this.writtenSecond = writtenSecond;
    }

    /** Returns the history of a device that was never seen. */
    public static DeviceHistory empty() {
        return EMPTY;
    }

    /**
     * Makes a history; {@code sequences} ascend strictly and are as many as the contents, and the
     * array is taken over.
     *
     * @param writtenSecond see {@link #writtenSecond()}, as an unsigned number
     */
    static DeviceHistory of(
            InteractionContents contents, long[] sequences, long revision, int writtenSecond) {
        int size = contents.size();
        if (size == 0) {
            return EMPTY.changed(revision, writtenSecond);
        }
        long newest = sequences[size - 1];
        boolean consecutive = newest - sequences[0] == size - 1;
        return new DeviceHistory(
                contents, consecutive ? null : sequences, newest + 1, revision, writtenSecond);
    }

    private DeviceHistory changed(long otherRevision, int otherSecond) {
        return otherRevision == revision && otherSecond == writtenSecond
                ? this
                : new DeviceHistory(contents, sequences, nextSequence, otherRevision, otherSecond);
    }

    /** Returns a history of nothing that counts its changes on from this one's. */
    public DeviceHistory cleared() {
        return EMPTY.changed(revision, writtenSecond);
    }

    /**
     * Returns this history as one that is written now. Merging alone keeps the time.
     *
     * @param nowMillis milliseconds since the epoch; times that do not fit, before the epoch or
     *     after the year 2105, become the nearest that does
     */
    public DeviceHistory written(long nowMillis) {
        long second = Math.floorDiv(nowMillis, 1_000L);
        return changed(revision, (int) Math.max(TIME_UNKNOWN, Math.min(LATEST_SECOND, second)));
    }

    /**
     * Returns when this history was written last, in seconds since the epoch, or {@link
     * #TIME_UNKNOWN} where it does not say.
     */
    public long writtenSecond() {
        return Integer.toUnsignedLong(writtenSecond);
    }

    /** Returns how often this history changed: 0 for a device that was never seen. */
    public long revision() {
        return revision;
    }

    /** Returns the number of interactions held, 0 to H. */
    public int size() {
        return contents.size();
    }

    /** Returns what the interactions held are, oldest first. */
    public InteractionContents contents() {
        return contents;
    }

    /**
     * Returns whether contents can be merged: they must be of the kind and dimension that is held.
     * An empty history takes anything.
     */
    public boolean takes(InteractionContents window) {
        return size() == 0 || contents.dimension() == window.dimension();
    }

    /** Returns the sequence number of the interaction at {@code index}, where 0 is the oldest. */
    public long sequence(int index) {
        return sequences == null ? nextSequence - size() + index : sequences[index];
    }

    /**
     * Returns the sequence number after the newest interaction, which the next window without
     * overlap starts with.
     */
    public long nextSequence() {
        return nextSequence;
    }

    /**
     * Merges a window of consecutive interactions.
     *
     * <p>Where the window gives another interaction for a sequence number that is held, the held
     * one stays: a sequence number names one interaction for good.
     *
     * @param firstSequence sequence number of the window's first interaction, not negative
     * @param window what the window holds, at least one interaction, such as this history {@link
     *     #takes}
     * @param capacity H, the most interactions to hold
     */
    public HistoryMerge merge(long firstSequence, InteractionContents window, int capacity) {
        if (capacity < 1 || capacity > MAX_CAPACITY) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "history capacity %,d is not in 1 to %,d",
                            capacity,
                            MAX_CAPACITY));
        }
        if (window.size() == 0 || firstSequence < 0) {
            throw new IllegalArgumentException(
                    "window of "
                            + window.size()
                            + " interactions from sequence number "
                            + firstSequence);
        }
        if (!takes(window)) {
            throw new IllegalArgumentException(
                    "window of "
                            + InteractionContents.describe(window.dimension())
                            + " for a history of "
                            + InteractionContents.describe(contents.dimension()));
        }
        long windowEnd = firstSequence + window.size();
        if (continues(firstSequence, windowEnd) && windowEnd - nextSequence <= capacity) {
            return append(firstSequence, windowEnd, window, capacity);
        }

        // Newest first: take the larger sequence number of both sides until H are taken.
        int bound = (int) Math.min(capacity, (long) size() + window.size());
        int[] picks = new int[bound];
        long[] mergedSequences = new long[bound];
        int at = bound;
        int held = size() - 1;
        int offered = window.size() - 1;
        int added = 0;
        int repeated = 0;
        while (at > 0 && (held >= 0 || offered >= 0)) {
            long heldSequence = held >= 0 ? sequence(held) : -1;
            long offeredSequence = offered >= 0 ? firstSequence + offered : -1;
            at--;
            if (heldSequence >= offeredSequence) {
                picks[at] = ~held--;
                mergedSequences[at] = heldSequence;
                if (heldSequence == offeredSequence) {
                    offered--;
                    repeated++;
                }
            } else {
                picks[at] = offered--;
                mergedSequences[at] = offeredSequence;
                added++;
            }
        }
        HistoryMerge.Kind kind = kind(firstSequence, windowEnd, added, repeated);
        long missing = kind == HistoryMerge.Kind.GAP ? firstSequence - nextSequence : 0;
        int newer = (int) Math.max(0, windowEnd - Math.max(firstSequence, nextSequence));
        if (added == 0 && size() <= capacity) {
            return new HistoryMerge(this, kind, newer, missing);
        }
        DeviceHistory merged =
                of(
                        window.pick(contents, Arrays.copyOfRange(picks, at, bound)),
                        Arrays.copyOfRange(mergedSequences, at, bound),
                        revision + 1,
                        writtenSecond);
        return new HistoryMerge(merged, kind, newer, missing);
    }

    /**
     * Returns whether a window goes on without a gap from what is held, and all that it repeats is
     * held: the usual case.
     */
    private boolean continues(long firstSequence, long windowEnd) {
        return sequences == null
                && size() > 0
                && firstSequence >= nextSequence - size()
                && firstSequence <= nextSequence
                && windowEnd > nextSequence;
    }

    /** Merges a window that {@link #continues}: its new interactions go behind those held. */
    private HistoryMerge append(
            long firstSequence, long windowEnd, InteractionContents window, int capacity) {
        int newer = (int) (windowEnd - nextSequence);
        int dropped = Math.max(0, size() + newer - capacity);
        return new HistoryMerge(
                new DeviceHistory(
                        contents.followedBy(window, window.size() - newer, dropped),
                        null,
                        windowEnd,
                        revision + 1,
                        writtenSecond),
                firstSequence == nextSequence ? HistoryMerge.Kind.NEW : HistoryMerge.Kind.OVERLAP,
                newer,
                0);
    }

    private HistoryMerge.Kind kind(long first, long end, int added, int repeated) {
        if (size() == 0 || first == nextSequence) {
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
    public boolean equals(@Nullable Object other) {
        return other instanceof DeviceHistory that
                && nextSequence == that.nextSequence
                && contents.equals(that.contents)
                && Arrays.equals(sequences, that.sequences);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Long.hashCode(nextSequence) + contents.hashCode())
                + Arrays.hashCode(sequences);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "DeviceHistory{contents=%s, sequences=%s, next=%d, revision=%d, written=%d}",
                contents,
                Arrays.toString(sequences),
                nextSequence,
                revision,
                writtenSecond());
    }
}
