package duet.simulator.workload;

import duet.schemas.bundle.Vocabulary;
import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * A synthetic catalogue is a made-up world with a reason for personalization. Items fall into
 * categories, with popularities by Zipf's law. Devices belong to taste clusters. Which category
 * follows which depends on the cluster: the same last items mean something else for another device,
 * so one model for all is right on average only, and parameters made from a device's own window can
 * do better. Each device has favourite categories and a style of its own beside. Immutable.
 */
public final class SyntheticCatalogue {
    /**
     * The first item of {@link #standard} has this raw id; it is far from the small ids of recorded
     * logs.
     */
    public static final long FIRST_ITEM = 100_001;

    /** A cluster goes to this many categories from a category. */
    static final int SUCCESSORS = 3;

    static final int STYLES = 4;

    private static final double[] SUCCESSOR_SHARES = {0.6, 0.25, 0.15};
    private static final double ZIPF_EXPONENT = 0.8;

    /** A cluster likes a third of the categories this many times as much as the others. */
    private static final double LIKING = 4;

    private final CatalogueOptions options;
    private final long[] itemIds;
    private final int[] categoryOf;
    private final int[] styleOf;
    private final int[][] members;
    private final double[] popularity;
    private final double[] categoryPopularity;
    private final double[][] liking;
    private final double[][][] transitions;

    /** Creates a world of items with these ids, which ascend. */
    private SyntheticCatalogue(CatalogueOptions options, long[] itemIds) {
        this.options = options;
        this.itemIds = itemIds;
        int items = itemIds.length;
        int[] shuffled = shuffled(items, stream("items"));
        SplittableRandom styles = stream("styles");
        categoryOf = new int[items];
        styleOf = new int[items];
        popularity = new double[items];
        members = new int[options.categories()][];
        categoryPopularity = new double[options.categories()];
        int[] sizes = new int[options.categories()];
        for (int rank = 0; rank < items; rank++) {
            int item = shuffled[rank];
            int category = rank % options.categories();
            categoryOf[item] = category;
            styleOf[item] = styles.nextInt(STYLES);
            popularity[item] = StrictMath.pow(rank + 1.0, -ZIPF_EXPONENT);
            categoryPopularity[category] += popularity[item];
            sizes[category]++;
        }
        for (int category = 0; category < members.length; category++) {
            members[category] = new int[sizes[category]];
        }
        int[] filled = new int[options.categories()];
        for (int item = 0; item < items; item++) {
            members[categoryOf[item]][filled[categoryOf[item]]++] = item;
        }
        normalize(categoryPopularity);
        liking = new double[options.clusters()][];
        transitions = new double[options.clusters()][options.categories()][];
        for (int cluster = 0; cluster < options.clusters(); cluster++) {
            SplittableRandom random = Seeds.stream(options.seed(), "cluster", cluster);
            liking[cluster] = liking(random);
            for (int category = 0; category < options.categories(); category++) {
                transitions[cluster][category] = successors(liking[cluster], random);
            }
        }
    }

    /** Returns a world with the ids {@link #FIRST_ITEM} and up. */
    public static SyntheticCatalogue of(CatalogueOptions options) {
        long[] ids = new long[options.items()];
        Arrays.setAll(ids, i -> FIRST_ITEM + i);
        return new SyntheticCatalogue(options, ids);
    }

    /** Returns the world that the shipped model was trained in. */
    public static SyntheticCatalogue standard() {
        return of(CatalogueOptions.standard());
    }

    /**
     * Returns the standard world if the model comes from it, else a world of the model's own items.
     * The latter loads a system like the former, but its devices do not do what the model was
     * trained on: ranking quality there says nothing, see {@link #matches}.
     */
    public static SyntheticCatalogue forModel(Vocabulary vocabulary) {
        SyntheticCatalogue standard = standard();
        if (standard.matches(vocabulary)) {
            return standard;
        }
        CatalogueOptions options = standard.options;
        return new SyntheticCatalogue(
                new CatalogueOptions(
                        vocabulary.size(),
                        options.categories(),
                        options.clusters(),
                        options.seed()),
                vocabulary.ids());
    }

    /** Returns whether every item of the model is an item of the standard world. */
    public boolean matches(Vocabulary vocabulary) {
        return vocabulary.size() > 0
                && vocabulary.idOf(1) >= FIRST_ITEM
                && vocabulary.idOf(vocabulary.size()) < FIRST_ITEM + options.items()
                && itemIds[0] == FIRST_ITEM;
    }

    public CatalogueOptions options() {
        return options;
    }

    /** Returns the number of items. */
    public int size() {
        return itemIds.length;
    }

    /** Returns the raw ids of all items; a copy. */
    public long[] itemIds() {
        return itemIds.clone();
    }

    /** Returns a device of this world; the seed decides its cluster, its drift and all it does. */
    public SyntheticDevice device(long seed) {
        return device(seed, Drift.ofLife(seed), 0);
    }

    /**
     * Returns a device of this world with a given drift.
     *
     * @param remembered interactions of which it is asked by {@link SyntheticDevice#newest}
     */
    public SyntheticDevice device(long seed, Drift drift, int remembered) {
        return new SyntheticDevice(this, drift, seed, remembered);
    }

    long itemId(int item) {
        return itemIds[item];
    }

    int category(int item) {
        return categoryOf[item];
    }

    int style(int item) {
        return styleOf[item];
    }

    int[] members(int category) {
        return members[category];
    }

    double popularity(int item) {
        return popularity[item];
    }

    double categoryPopularity(int category) {
        return categoryPopularity[category];
    }

    /** Returns how much a cluster likes each category; sums to 1. */
    double[] liking(int cluster) {
        return liking[cluster];
    }

    /** Returns where a cluster goes from a category; sums to 1. */
    double[] transitions(int cluster, int category) {
        return transitions[cluster][category];
    }

    private double[] liking(SplittableRandom random) {
        double[] weights = new double[options.categories()];
        Arrays.fill(weights, 1);
        int[] order = shuffled(weights.length, random);
        for (int i = 0; i < weights.length / 3; i++) {
            weights[order[i]] = LIKING;
        }
        return normalize(weights);
    }

    private static double[] successors(double[] liking, SplittableRandom random) {
        double[] left = liking.clone();
        double[] chosen = new double[left.length];
        for (double share : SUCCESSOR_SHARES) {
            int next = Sampling.pick(left, random);
            chosen[next] = share;
            left[next] = 0;
        }
        return chosen;
    }

    private SplittableRandom stream(String purpose) {
        return Seeds.stream(options.seed(), purpose, 0);
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

    private static double[] normalize(double[] weights) {
        double sum = Arrays.stream(weights).sum();
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= sum;
        }
        return weights;
    }
}
