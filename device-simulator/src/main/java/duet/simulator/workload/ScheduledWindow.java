package duet.simulator.workload;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A scheduled window is one window of a device with the time at which it is meant to leave.
 *
 * @param offsetMicros intended send time, microseconds since the start of the stream
 * @param device index of the device in its workload
 * @param firstSequence sequence number of the first interaction
 * @param items raw item ids, oldest first
 * @param eventTimesMillis when each interaction happened, milliseconds since the epoch
 * @param fresh how many interactions at the end of the window no earlier window of the device
 *     carried; 0 for a repeat and for one that a newer one overtook
 * @param upcoming what the device ranks before it takes the fresh interactions in: the first of
 *     them against its negatives; null where it has nothing to rank (first windows and repeats)
 * @param oddity what is wrong with it
 */
public record ScheduledWindow(
        long offsetMicros,
        int device,
        long firstSequence,
        long[] items,
        long[] eventTimesMillis,
        int fresh,
        @Nullable RankingTask upcoming,
        Oddity oddity) {
    public ScheduledWindow {
        if (items.length == 0 || items.length != eventTimesMillis.length) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "window of device %d has %d items and %d times",
                            device,
                            items.length,
                            eventTimesMillis.length));
        }
        if (fresh < 0 || fresh > items.length) {
            throw new IllegalArgumentException(
                    String.format(
                            Locale.ROOT,
                            "window of device %d has %d fresh of %d interactions",
                            device,
                            fresh,
                            items.length));
        }
    }

    /** Returns the sequence number of the last interaction. */
    public long lastSequence() {
        return firstSequence + items.length - 1;
    }

    /**
     * Returns the sequence number of the first fresh interaction; the one after the last where
     * nothing is fresh.
     */
    public long firstFreshSequence() {
        return firstSequence + items.length - fresh;
    }

    /** Returns the same window without what the device ranks before it. */
    public ScheduledWindow withoutRanking() {
        return upcoming == null
                ? this
                : new ScheduledWindow(
                        offsetMicros,
                        device,
                        firstSequence,
                        items,
                        eventTimesMillis,
                        fresh,
                        null,
                        oddity);
    }
}
