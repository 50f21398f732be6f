package duet.jobs.history;

import java.util.Locale;

/**
 * These are the contents of a run of interactions, in the order they happened: raw item ids, or the
 * feature vectors that stand for the items. It is immutable by convention: nobody writes to the
 * arrays.
 */
public sealed interface InteractionContents permits ItemIds, FeatureVectors {
    /** Returns the number of interactions. */
    int size();

    /** Returns how many numbers each feature vector has; 0 for item ids. */
    int dimension();

    /**
     * Makes a run of picked interactions.
     *
     * @param others the same kind of contents, of the same dimension; anything where no pick is
     *     negative
     * @param picks for each interaction of the new run its index here, or {@code ~index} into
     *     {@code others}
     */
    InteractionContents pick(InteractionContents others, int[] picks);

    /**
     * Returns this run without its first {@code skipped} interactions, and after it the others from
     * {@code from} on.
     *
     * @param others the same kind of contents, of the same dimension
     */
    InteractionContents followedBy(InteractionContents others, int from, int skipped);

    /** Returns what contents of that dimension are called in messages. */
    static String describe(int dimension) {
        return dimension == 0
                ? "item ids"
                : String.format(Locale.ROOT, "features of %,d numbers", dimension);
    }
}
