package duet.bench.measurement;

import java.util.Map;
import java.util.TreeMap;

/**
 * When windows were answered: what a job wrote, by the time at which the brokers had it. Not
 * thread-safe.
 */
public final class Answers {
    /**
     * The steady part of a run: what is compiled at all is compiled, and no subtask has finished
     * yet.
     */
    public static final double STEADY_FROM = 0.5;

    /** Where it ends. */
    public static final double STEADY_TO = 0.95;

    /** Windows by the millisecond of their answer. */
    private final TreeMap<Long, Long> windowsByMillis = new TreeMap<>();

    private long windows;
    private long records;
    private long valueBytes;
    private long keyBytes;

    /**
     * Counts a record.
     *
     * @param millis when it was written, milliseconds since the epoch
     * @param answered windows that it answers
     */
    public void add(long millis, int answered, int keySize, int valueSize) {
        windowsByMillis.merge(millis, (long) answered, Long::sum);
        windows += answered;
        records++;
        keyBytes += keySize;
        valueBytes += valueSize;
    }

    /** Windows that were answered. */
    public long windows() {
        return windows;
    }

    /** Records that answered them. */
    public long records() {
        return records;
    }

    /** Share of the windows that were answered by the delta of a later one. */
    public double coalescedShare() {
        return windows == 0 ? 0 : (windows - records) / (double) windows;
    }

    /** Mean bytes of a record without its key; 0 where there is none. */
    public double valueBytesPerRecord() {
        return records == 0 ? 0 : valueBytes / (double) records;
    }

    /** Mean bytes of a record with its key; 0 where there is none. */
    public double bytesPerRecord() {
        return records == 0 ? 0 : (keyBytes + valueBytes) / (double) records;
    }

    /**
     * Windows answered a second in a middle part: from when the first share of all was answered to
     * when the second was. 0 where that took no time that the brokers' clocks show.
     *
     * @param from share at which the part begins, 0 for the first answer
     * @param to share at which it ends, 1 for the last
     */
    public double perSecond(double from, double to) {
        if (windows == 0) {
            return 0;
        }
        long before = 0;
        long begin = -1;
        long beginWindows = 0;
        long answered = 0;
        for (Map.Entry<Long, Long> moment : windowsByMillis.entrySet()) {
            answered += moment.getValue();
            if (begin < 0 && answered >= from * windows) {
                begin = moment.getKey();
                beginWindows = answered;
            }
            before = moment.getKey();
            if (answered >= to * windows) {
                break;
            }
        }
        return before == begin ? 0 : (answered - beginWindows) * 1e3 / (before - begin);
    }
}
