package duet.simulator.fleet.run;

import duet.simulator.measurement.Timeline;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts the windows that the job decided not to answer since a run began. The job tells a sum from
 * any start.
 */
final class GatedWindows {
    private final @Nullable LongSupplier sum;
    private final long before;
    private long noted;

    /**
     * Starts counting from now on.
     *
     * @param sum how many windows the job has gated so far; null where it does not gate
     */
    GatedWindows(@Nullable LongSupplier sum) {
        this.sum = sum;
        this.before = sum == null ? 0 : sum.getAsLong();
    }

    /** Returns how many windows were gated since the run began. */
    long count() {
        return sum == null ? 0 : Math.max(0, sum.getAsLong() - before);
    }

    /**
     * Notes in the timeline what the sum grew by since it was asked before: that belongs to now.
     */
    synchronized void note(Timeline timeline, long elapsedMicros) {
        long gated = count();
        timeline.gated(elapsedMicros, gated - noted);
        noted = Math.max(gated, noted);
    }
}
