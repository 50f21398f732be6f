package duet.studies.gating;

import java.util.Locale;

/**
 * This class sums the user AUC of many rankings by the device that made them: it gives the mean,
 * and how surely one is above another.
 */
final class RankingSums {
    private static final double NORMAL_97_5 = 1.959964;

    private final double[] global;
    private final double[] held;
    private final int[] count;

    /**
     * This is a mean difference.
     *
     * @param mean over all rankings
     * @param margin half the width of its 95 % confidence interval; rankings of one device count as
     *     one observation, devices as independent
     */
    record Difference(double mean, double margin) {}

    RankingSums(int devices) {
        global = new double[devices];
        held = new double[devices];
        count = new int[devices];
    }

    /** Adds a ranking's user AUC with the global weights and with those the device held. */
    void add(int device, double globalAuc, double heldAuc) {
        global[device] += globalAuc;
        held[device] += heldAuc;
        count[device]++;
    }

    long rankings() {
        long sum = 0;
        for (int rankings : count) {
            sum += rankings;
        }
        return sum;
    }

    /** Returns the mean with the weights that were held. */
    double userAuc() {
        return sum(held) / rankings();
    }

    /** Returns the mean with the global weights. */
    double globalUserAuc() {
        return sum(global) / rankings();
    }

    /** Returns how much higher the mean is than another's over the same rankings. */
    Difference above(RankingSums other) {
        double total = rankings();
        double mean = (sum(held) - sum(other.held)) / total;
        double squares = 0;
        for (int device = 0; device < held.length; device++) {
            if (count[device] != other.count[device]) {
                throw new IllegalArgumentException(
                        String.format(
                                Locale.ROOT,
                                "device %d ranked %d and %d times",
                                device,
                                count[device],
                                other.count[device]));
            }
            double residual = held[device] - other.held[device] - mean * count[device];
            squares += residual * residual;
        }
        return new Difference(mean, NORMAL_97_5 * Math.sqrt(squares) / total);
    }

    private static double sum(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum;
    }
}
