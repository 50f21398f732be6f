package duet.bench.measurement;

import java.util.Map;
import java.util.TreeMap;

/**
 * Tells when windows were answered: what a job wrote, by the time at which the brokers had it. An
 * object of this class is not thread-safe.
 */
public final class Answers {
    /**
     * The steady part of a run begins at this share of its answers: what is compiled at all is
     * compiled, and no subtask has finished yet.
     */
    public static final double STEADY_FROM = 0.5;

    /** The steady part of a run ends at this share of its answers. */
    public static final double STEADY_TO = 0.95;

    /** Counts the windows by the millisecond of their answer. */
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

    /** Returns how many windows were answered. */
    public long windows() {
        return windows;
    }

    /** Returns how many records answered them. */
    public long records() {
        return records;
    }

    /** Returns the share of the windows that were answered by the delta of a later one. */
    public double coalescedShare() {
        return windows == 0 ? 0 : (windows - records) / (double) windows;
    }

    /** Returns the mean bytes of a record without its key; 0 where there is none. */
    public double valueBytesPerRecord() {
        return records == 0 ? 0 : valueBytes / (double) records;
    }

    /** Returns the mean bytes of a record with its key; 0 where there is none. */
    public double bytesPerRecord() {
        return records == 0 ? 0 : (keyBytes + valueBytes) / (double) records;
    }

    /**
     * Returns how many windows were answered a second in a middle part: from when the first share
     * of all was answered to when the second was. It is 0 where that took no time that the brokers'
     * clocks show.
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
