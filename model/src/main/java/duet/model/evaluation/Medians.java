package duet.model.evaluation;

import java.util.Collection;

/** The middle of measured times: a pause of the machine does not move it. */
final class Medians {
    private Medians() {}

    static double of(Collection<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
