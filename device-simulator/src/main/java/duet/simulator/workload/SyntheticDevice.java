package duet.simulator.workload;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A synthetic device is one device of a {@link SyntheticCatalogue}: an endless, seeded sequence of
 * interactions. Not thread-safe.
 *
 * <p>Each interaction is a category, then an item of it. The category follows the cluster's
 * transitions from the last one (60 %) and from the one before (15 %), the device's favourite
 * categories (15 %), or the popularity of categories (10 %). Within a category, items are taken by
 * popularity times the device's style. An item does not come back within {@link #COOL_DOWN}
 * interactions, so a window never holds it twice.
 */
public final class SyntheticDevice {
    /** An item stays away for so many interactions after it was taken. */
    static final int COOL_DOWN = 40;

    /** Negatives were not touched in so many interactions. */
    static final int MEMORY = 200;

    private static final double FROM_LAST = 0.60;
    private static final double FROM_SECOND_LAST = 0.15;
    private static final double FROM_FAVOURITES = 0.15;
    private static final double FROM_POPULARITY = 0.10;
    private static final double STYLE_FACTOR = 4;

    /** Drift begins between these interactions; gradual drift takes {@link #DRIFT_LENGTH}. */
    private static final int EARLIEST_DRIFT = 20;

    private static final int LATEST_DRIFT = 120;
    private static final int DRIFT_LENGTH = 40;

    private final SyntheticCatalogue catalogue;
    private final Drift drift;
    private final int cluster;
    private final int laterCluster;
    private final int driftsAt;
    private final int style;
    private final int favourite;
    private final int secondFavourite;
    private final SplittableRandom random;
    private final SplittableRandom negativeRandom;

    /** Holds the newest items; the one of interaction i is at i modulo the length. */
    private final int[] taken;

    private double moved;
    private int count;
    private int lastCategory = -1;
    private int secondLastCategory = -1;
    private int upcoming = -1;

    SyntheticDevice(SyntheticCatalogue catalogue, Drift drift, long seed, int remembered) {
        this.catalogue = catalogue;
        this.drift = drift;
        SplittableRandom character = Seeds.stream(seed, "character", 0);
        int clusters = catalogue.options().clusters();
        cluster = character.nextInt(clusters);
        laterCluster =
                clusters == 1
                        ? cluster
                        : (cluster + 1 + character.nextInt(clusters - 1)) % clusters;
        driftsAt = character.nextInt(EARLIEST_DRIFT, LATEST_DRIFT);
        style = character.nextInt(SyntheticCatalogue.STYLES);
        favourite = Sampling.pick(catalogue.liking(cluster), character);
        secondFavourite = Sampling.pick(catalogue.liking(cluster), character);
        random = Seeds.stream(seed, "interactions", 0);
        negativeRandom = Seeds.stream(seed, "negatives", 0);
        taken = new int[Math.max(MEMORY, remembered)];
    }

    /** Returns how many interactions the device has made. */
    public int count() {
        return count;
    }

    /** Makes the next interaction and returns the raw item id. */
    public long next() {
        int item = upcoming();
        upcoming = -1;
        taken[count++ % taken.length] = item;
        secondLastCategory = lastCategory;
        lastCategory = catalogue.category(item);
        return catalogue.itemId(item);
    }

    /**
     * Returns the raw ids of interactions the device has made, oldest first.
     *
     * @param first number of the first one, counted from 0; none that is too long ago to be
     *     remembered
     * @param size how many
     */
    public long[] items(int first, int size) {
        if (first < 0 || size < 0 || first + size > count || count - first > taken.length) {
            throw new IndexOutOfBoundsException(
                    String.format(
                            Locale.ROOT,
                            "interactions %d to %d of %d, of which %d are remembered",
                            first,
                            first + size,
                            count,
                            taken.length));
        }
        long[] items = new long[size];
        for (int i = 0; i < size; i++) {
            items[i] = catalogue.itemId(taken[(first + i) % taken.length]);
        }
        return items;
    }

    /**
     * Takes the device to where it is between its cluster and its later one, from its next
     * interaction on; not of one whose drift is its own.
     *
     * @param share 0: in its cluster, 1: in the later one
     */
    public void moveTo(double share) {
        moved = share;
    }

    /** Returns the raw id of the item the next call of {@link #next} returns. */
    public long peek() {
        return catalogue.itemId(upcoming());
    }

    /**
     * Draws up to {@code most} items that the device did not touch in its last {@value #MEMORY}
     * interactions and that do not come next; fewer where the catalogue has not so many.
     */
    public long[] negatives(int most) {
        BitSet excluded = newest(MEMORY);
        excluded.set(upcoming());
        int[] places = Negatives.places(catalogue.size(), most, excluded::get, negativeRandom);
        long[] negatives = new long[places.length];
        for (int i = 0; i < negatives.length; i++) {
            negatives[i] = catalogue.itemId(places[i]);
        }
        return negatives;
    }

    /**
     * Returns the true probability of each item, by index, to come next: what the best possible
     * model would know.
     */
    double[] nextProbabilities() {
        double later = laterShare();
        double[] now = probabilities(cluster);
        if (later > 0) {
            double[] then = probabilities(laterCluster);
            for (int i = 0; i < now.length; i++) {
                now[i] = (1 - later) * now[i] + later * then[i];
            }
        }
        return now;
    }

    /**
     * Returns the same probabilities for someone who knows the device's last items and nothing
     * else: the mean over all clusters.
     */
    double[] clusterBlindProbabilities() {
        int clusters = catalogue.options().clusters();
        double[] mean = new double[catalogue.size()];
        for (int other = 0; other < clusters; other++) {
            for (int item = 0; item < mean.length; item++) {
                int category = catalogue.category(item);
                double byCategory = FROM_POPULARITY * catalogue.categoryPopularity(category);
                if (lastCategory >= 0 && secondLastCategory >= 0) {
                    byCategory +=
                            FROM_LAST * catalogue.transitions(other, lastCategory)[category]
                                    + FROM_SECOND_LAST
                                            * catalogue
                                                    .transitions(other, secondLastCategory)[
                                                    category];
                }
                mean[item] += byCategory * catalogue.popularity(item) / clusters;
            }
        }
        return mean;
    }

    private int upcoming() {
        if (upcoming < 0) {
            BitSet cooling = newest(coolDown());
            double[] weights =
                    categories(
                            random.nextDouble() < laterShare() ? laterCluster : cluster, cooling);
            int category = Sampling.pick(weights, random);
            upcoming =
                    catalogue.members(category)[Sampling.pick(within(category, cooling), random)];
        }
        return upcoming;
    }

    private double[] probabilities(int cluster) {
        double[] probabilities = new double[catalogue.size()];
        BitSet cooling = newest(coolDown());
        double[] categories = categories(cluster, cooling);
        double sum = Arrays.stream(categories).sum();
        for (int category = 0; category < categories.length; category++) {
            if (categories[category] == 0) {
                continue;
            }
            double[] weights = within(category, cooling);
            double total = Arrays.stream(weights).sum();
            int[] members = catalogue.members(category);
            for (int i = 0; i < members.length; i++) {
                probabilities[members[i]] = categories[category] / sum * weights[i] / total;
            }
        }
        return probabilities;
    }

    /**
     * Returns the weight of each category to come next for a device in that cluster; 0 where every
     * item is cooling down.
     */
    private double[] categories(int cluster, BitSet cooling) {
        double[] weights = new double[catalogue.options().categories()];
        double[] fromLast =
                lastCategory < 0
                        ? catalogue.liking(cluster)
                        : catalogue.transitions(cluster, lastCategory);
        double[] fromSecondLast =
                secondLastCategory < 0
                        ? catalogue.liking(cluster)
                        : catalogue.transitions(cluster, secondLastCategory);
        for (int category = 0; category < weights.length; category++) {
            weights[category] =
                    isFree(category, cooling)
                            ? FROM_LAST * fromLast[category]
                                    + FROM_SECOND_LAST * fromSecondLast[category]
                                    + FROM_FAVOURITES * fondness(category)
                                    + FROM_POPULARITY * catalogue.categoryPopularity(category)
                            : 0;
        }
        return weights;
    }

    private double fondness(int category) {
        return (category == favourite ? 0.5 : 0) + (category == secondFavourite ? 0.5 : 0);
    }

    /** Returns the items of the newest interactions. */
    private BitSet newest(int interactions) {
        BitSet items = new BitSet(catalogue.size());
        int first = Math.max(0, count - interactions);
        int place = first % taken.length;
        for (int i = first; i < count; i++) {
            items.set(taken[place]);
            place = place + 1 == taken.length ? 0 : place + 1;
        }
        return items;
    }

    private boolean isFree(int category, BitSet cooling) {
        for (int item : catalogue.members(category)) {
            if (!cooling.get(item)) {
                return true;
            }
        }
        return false;
    }

    private double[] within(int category, BitSet cooling) {
        int[] members = catalogue.members(category);
        double[] weights = new double[members.length];
        for (int i = 0; i < members.length; i++) {
            int item = members[i];
            if (!cooling.get(item)) {
                weights[i] =
                        catalogue.popularity(item)
                                * (catalogue.style(item) == style ? STYLE_FACTOR : 1);
            }
        }
        return weights;
    }

    /**
     * Returns for how many interactions an item stays away: never so long that nothing is left in a
     * small catalogue.
     */
    private int coolDown() {
        return Math.min(COOL_DOWN, catalogue.size() / 2);
    }

    /** Returns how far the device has moved to its later cluster, 0 to 1. */
    double laterShare() {
        if (drift == Drift.NONE) {
            return moved;
        }
        if (count < driftsAt) {
            return 0;
        }
        return drift == Drift.SUDDEN ? 1 : Math.min(1, (count - driftsAt) / (double) DRIFT_LENGTH);
    }
}
