package duet.simulator.measurement;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Records a run over time in slices of equal length. When there are too many slices, two neighbours
 * become one: memory stays bounded however long the run is. Any thread may record and read.
 */
public final class Timeline {
    private static final int SIGNIFICANT_DIGITS = 2;
    private static final double MICROS_PER_SECOND = 1e6;

    private final int maxSlices;
    private final List<Slice> slices = new ArrayList<>();
    private long sliceMicros;

    private static final class Slice {
        long windows;
        long deltas;
        long coalesced;
        long gated;
        long changes;
        double changed;
        long rankings;
        double global;
        double personalized;
        @Nullable Histogram latency;

        void take(Slice other) {
            windows += other.windows;
            deltas += other.deltas;
            coalesced += other.coalesced;
            gated += other.gated;
            changes += other.changes;
            changed += other.changed;
            rankings += other.rankings;
            global += other.global;
            personalized += other.personalized;
            if (latency == null) {
                latency = other.latency;
            } else if (other.latency != null) {
                latency.add(other.latency);
            }
        }
    }

    /**
     * Creates a timeline of at most {@code maxSlices} slices (an even number), each as long as this
     * or a power of two longer.
     */
    public Timeline(int maxSlices, long sliceMicros) {
        if (maxSlices < 2 || maxSlices % 2 != 0 || sliceMicros < 1) {
            throw new IllegalArgumentException(maxSlices + " slices of " + sliceMicros + " µs");
        }
        this.maxSlices = maxSlices;
        this.sliceMicros = sliceMicros;
    }

    /** Creates a timeline of up to 240 slices of a second or more. */
    public Timeline() {
        this(240, 1_000_000);
    }

    /**
     * Records that a window was sent at this time, in microseconds since the start; times before
     * the start count as the start.
     */
    public synchronized void sent(long atMicros) {
        slice(atMicros).windows++;
    }

    /**
     * Records that a delta arrived at this time that answers so many windows besides the one it was
     * made for.
     */
    public synchronized void delta(long atMicros, long coalesced) {
        Slice slice = slice(atMicros);
        slice.deltas++;
        slice.coalesced += Math.max(0, coalesced);
    }

    /**
     * Records that the job has decided by this time not to answer so many windows since the last
     * time it was asked.
     */
    public synchronized void gated(long atMicros, long windows) {
        if (windows > 0) {
            slice(atMicros).gated += windows;
        }
    }

    /**
     * Records that a device took a delta at this time that differs from its previous one by this
     * share of it.
     */
    public synchronized void drifted(long atMicros, double relativeChange) {
        Slice slice = slice(atMicros);
        slice.changes++;
        slice.changed += relativeChange;
    }

    /**
     * Records that a window was answered on its device at this time, so many microseconds after it
     * was meant to be sent.
     */
    public synchronized void applied(long atMicros, long latencyMicros) {
        Slice slice = slice(atMicros);
        if (slice.latency == null) {
            slice.latency = new Histogram(Latencies.HIGHEST_MICROS, SIGNIFICANT_DIGITS);
        }
        slice.latency.recordValue(Math.max(0, Math.min(latencyMicros, Latencies.HIGHEST_MICROS)));
    }

    /** Records that a device that holds a delta ranked at this time. */
    public synchronized void ranked(long atMicros, double globalAuc, double personalizedAuc) {
        Slice slice = slice(atMicros);
        slice.rankings++;
        slice.global += globalAuc;
        slice.personalized += personalizedAuc;
    }

    /** Returns all slices so far; the last one ends at {@code endMicros} where that lies in it. */
    public synchronized List<TimelineBucket> buckets(long endMicros) {
        List<TimelineBucket> buckets = new ArrayList<>();
        for (int i = 0; i < slices.size(); i++) {
            Slice slice = slices.get(i);
            long from = i * sliceMicros;
            long length =
                    endMicros > from && endMicros < from + sliceMicros
                            ? endMicros - from
                            : sliceMicros;
            boolean quality = slice.rankings > 0;
            buckets.add(
                    new TimelineBucket(
                            from / MICROS_PER_SECOND,
                            length / MICROS_PER_SECOND,
                            new TimelineBucket.Traffic(
                                    slice.windows, slice.deltas, slice.coalesced, slice.gated),
                            slice.changes > 0 ? slice.changed / slice.changes : null,
                            TimelineBucket.Latency.of(slice.latency),
                            new TimelineBucket.Quality(
                                    slice.rankings,
                                    quality ? slice.global / slice.rankings : null,
                                    quality ? slice.personalized / slice.rankings : null)));
        }
        return buckets;
    }

    /**
     * Returns copies of the latency histograms of all slices so far, in order; null where a slice
     * has none.
     */
    public synchronized List<@Nullable Histogram> histograms() {
        List<@Nullable Histogram> histograms = new ArrayList<>();
        slices.forEach(s -> histograms.add(s.latency == null ? null : s.latency.copy()));
        return histograms;
    }

    private Slice slice(long atMicros) {
        long at = Math.max(0, atMicros);
        while (at / sliceMicros >= maxSlices) {
            fold();
        }
        int index = (int) (at / sliceMicros);
        while (slices.size() <= index) {
            slices.add(new Slice());
        }
        return slices.get(index);
    }

    private void fold() {
        List<Slice> folded = new ArrayList<>();
        for (int i = 0; i < slices.size(); i += 2) {
            Slice slice = slices.get(i);
            if (i + 1 < slices.size()) {
                slice.take(slices.get(i + 1));
            }
            folded.add(slice);
        }
        slices.clear();
        slices.addAll(folded);
        sliceMicros *= 2;
    }
}
