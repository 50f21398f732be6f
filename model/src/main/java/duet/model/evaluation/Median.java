package duet.model.evaluation;

import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/**
 * Computes the middle one of several figures: a pause of the machine during one of them does not
 * move it.
 */
public final class Median {
    private Median() {}

    /** Returns the median of one figure of several runs; see {@link #of(DoubleStream)}. */
    public static <T> double of(List<T> runs, ToDoubleFunction<T> figure) {
        return of(runs.stream().mapToDouble(figure));
    }

    /**
     * Returns the median; of an even number of figures the mean of the two in the middle, 0 where
     * there is none.
     */
    public static double of(DoubleStream figures) {
        double[] sorted = figures.sorted().toArray();
        int middle = sorted.length / 2;
        if (sorted.length == 0) {
            return 0;
        }
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
