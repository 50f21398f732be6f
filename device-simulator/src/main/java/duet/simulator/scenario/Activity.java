package duet.simulator.scenario;

import duet.simulator.workload.Seeds;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Decides which devices of a population send, and how often each. Devices are ranked by how busy
 * they are, the busiest first.
 */
final class Activity {
    private final DevicePopulation population;
    private final long seed;

    /** Holds the device of each rank; null where it has the number of its rank. */
    private final int @Nullable [] deviceOfRank;

    /** Is null where all are alike. */
    private final @Nullable WeightedChoice choice;

    Activity(DevicePopulation population, long seed) {
        this.population = population;
        this.seed = seed;
        boolean alike = population.isAlike();
        deviceOfRank = alike && population.active() == population.count() ? null : chosen();
        choice = alike ? null : new WeightedChoice(weights(population));
    }

    int device(int rank) {
        return deviceOfRank == null ? rank : deviceOfRank[rank];
    }

    /**
     * Returns the share of all windows that the busiest devices send.
     *
     * @param most how many of the active ones
     */
    static double shareOfBusiest(DevicePopulation population, int most) {
        double[] weights = weights(population);
        Arrays.sort(weights);
        double busiest = 0;
        for (int i = 0; i < most; i++) {
            busiest += weights[weights.length - 1 - i];
        }
        return busiest / Arrays.stream(weights).sum();
    }

    /**
     * Draws ranks without end: where all are alike, each has its turn before one has its second.
     */
    Turns turns() {
        return new Turns();
    }

    /** Turns are a sequence of ranks without end. */
    final class Turns {
        private final SplittableRandom random = Seeds.stream(seed, "turns", 0);
        private final int[] first =
                choice == null ? shuffled(population.active(), random) : new int[0];
        private int turn;

        int next() {
            if (turn < first.length) {
                return first[turn++];
            }
            return choice == null ? random.nextInt(population.active()) : choice.draw(random);
        }
    }

    private int[] chosen() {
        return Arrays.copyOf(
                shuffled(population.count(), Seeds.stream(seed, "active", 0)), population.active());
    }

    private static int[] shuffled(int size, SplittableRandom random) {
        int[] order = new int[size];
        for (int i = 0; i < size; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }

    private static double[] weights(DevicePopulation population) {
        double[] weights = new double[population.active()];
        int hot = population.hotDevices();
        double others = 0;
        for (int rank = hot; rank < weights.length; rank++) {
            weights[rank] = StrictMath.pow(rank - hot + 1.0, -population.skew());
            others += weights[rank];
        }
        for (int rank = 0; rank < weights.length; rank++) {
            weights[rank] =
                    rank < hot
                            ? population.hotShare() / hot
                            : weights[rank] / others * (1 - population.hotShare());
        }
        return weights;
    }
}
