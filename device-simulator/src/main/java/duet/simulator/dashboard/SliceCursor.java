package duet.simulator.dashboard;

import duet.simulator.measurement.TimelineBucket;
import java.util.List;

/** Remembers which slices a page has, so that it is sent only the others. */
final class SliceCursor {
    /**
     * Counts the last slices that are sent again: answers and rankings of them may still come in.
     */
    private static final int OPEN = 3;

    private int known;
    private double secondOfLast;

    /**
     * Returns the index of the first slice to be sent, given all there are; they count as known
     * from now on.
     */
    int advance(List<TimelineBucket> slices) {
        boolean folded =
                known > slices.size()
                        || known > 0 && slices.get(known - 1).second() != secondOfLast;
        int from = folded ? 0 : Math.max(0, known - OPEN);
        known = slices.size();
        secondOfLast = known == 0 ? 0 : slices.get(known - 1).second();
        return from;
    }
}
