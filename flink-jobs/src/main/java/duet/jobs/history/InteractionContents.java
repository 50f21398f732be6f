package duet.jobs.history;

import java.util.Locale;

/**
 * What a run of interactions holds, in the order they happened: raw item ids, or the feature
 * vectors that stand for the items. Immutable by convention: nobody writes to the arrays.
 */
public sealed interface InteractionContents permits ItemIds, FeatureVectors {
    /** Number of interactions. */
    int size();

    /** Numbers of each feature vector; 0 for item ids. */
    int dimension();

    /**
     * A run of picked interactions.
     *
     * @param others the same kind of contents, of the same dimension; anything where no pick is
     *     negative
     * @param picks for each interaction of the new run its index here, or {@code ~index} into
     *     {@code others}
     */
    InteractionContents pick(InteractionContents others, int[] picks);

    /**
     * This run without its first {@code skipped} interactions, and after it the others from {@code
     * from} on.
     *
     * @param others the same kind of contents, of the same dimension
     */
    InteractionContents followedBy(InteractionContents others, int from, int skipped);

    /** What contents of that dimension are called in messages. */
    static String describe(int dimension) {
        return dimension == 0
                ? "item ids"
                : String.format(Locale.ROOT, "features of %,d numbers", dimension);
    }
}
