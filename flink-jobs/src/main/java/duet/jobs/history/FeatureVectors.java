package duet.jobs.history;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * These are feature vectors that stand for items which do not leave the device.
 *
 * @param vectors a vector per interaction in the order they happened, at least one, all of the same
 *     dimension
 */
public record FeatureVectors(float[]... vectors) implements InteractionContents {
    @Override
    public int size() {
        return vectors.length;
    }

    @Override
    public int dimension() {
        return vectors[0].length;
    }

    @Override
    public InteractionContents pick(InteractionContents others, int[] picks) {
        float[][] picked = new float[picks.length][];
        for (int i = 0; i < picks.length; i++) {
            picked[i] =
                    picks[i] >= 0
                            ? vectors[picks[i]]
                            : ((FeatureVectors) others).vectors[~picks[i]];
        }
        return new FeatureVectors(picked);
    }

    @Override
    public InteractionContents followedBy(InteractionContents others, int from, int skipped) {
        float[][] added = ((FeatureVectors) others).vectors;
        int kept = vectors.length - skipped;
        float[][] joined = new float[kept + added.length - from][];
        System.arraycopy(vectors, skipped, joined, 0, kept);
        System.arraycopy(added, from, joined, kept, added.length - from);
        return new FeatureVectors(joined);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FeatureVectors that && Arrays.deepEquals(vectors, that.vectors);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(vectors);
    }

    @Override
    public String toString() {
        return Arrays.deepToString(vectors);
    }
}
