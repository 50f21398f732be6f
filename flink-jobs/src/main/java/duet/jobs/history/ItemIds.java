package duet.jobs.history;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * These are raw item ids of the catalogue.
 *
 * @param ids raw item ids in the order they happened, not negative
 */
public record ItemIds(long... ids) implements InteractionContents {
    @Override
    public int size() {
        return ids.length;
    }

    @Override
    public int dimension() {
        return 0;
    }

    @Override
    public InteractionContents pick(InteractionContents others, int[] picks) {
        long[] picked = new long[picks.length];
        for (int i = 0; i < picks.length; i++) {
            picked[i] = picks[i] >= 0 ? ids[picks[i]] : ((ItemIds) others).ids[~picks[i]];
        }
        return new ItemIds(picked);
    }

    @Override
    public InteractionContents followedBy(InteractionContents others, int from, int skipped) {
        long[] added = ((ItemIds) others).ids;
        int kept = ids.length - skipped;
        long[] joined = new long[kept + added.length - from];
        System.arraycopy(ids, skipped, joined, 0, kept);
        System.arraycopy(added, from, joined, kept, added.length - from);
        return new ItemIds(joined);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ItemIds that && Arrays.equals(ids, that.ids);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(ids);
    }

    @Override
    public String toString() {
        return Arrays.toString(ids);
    }
}
