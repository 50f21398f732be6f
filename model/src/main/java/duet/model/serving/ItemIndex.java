package duet.model.serving;

import duet.schemas.bundle.Vocabulary;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Finds a vocabulary's indices without a search: in a table by raw id where ids lie close together,
 * in a hash table with open addressing otherwise. A generation looks up every item of a long
 * history, which a binary search would make its dearest part.
 */
final class ItemIndex {
    /** A table by raw id takes at most so many places for an item. */
    private static final int PLACES_PER_ITEM = 8;

    private static final long FREE = -1;

    private final long first;
    private final int @Nullable [] byId;
    private final long @Nullable [] keys;
    private final int @Nullable [] indices;

    private ItemIndex(
            long first, int @Nullable [] byId, long @Nullable [] keys, int @Nullable [] indices) {
        this.first = first;
        this.byId = byId;
        this.keys = keys;
        this.indices = indices;
    }

    static ItemIndex of(Vocabulary vocabulary) {
        long[] ids = vocabulary.ids();
        long span = ids.length == 0 ? 0 : ids[ids.length - 1] - ids[0];
        return span < (long) PLACES_PER_ITEM * ids.length ? dense(ids) : hashed(ids);
    }

    private static ItemIndex dense(long[] ids) {
        long first = ids[0];
        int[] byId = new int[(int) (ids[ids.length - 1] - first) + 1];
        for (int i = 0; i < ids.length; i++) {
            byId[(int) (ids[i] - first)] = i + 1;
        }
        return new ItemIndex(first, byId, null, null);
    }

    private static ItemIndex hashed(long[] ids) {
        int places = Integer.highestOneBit(Math.max(1, ids.length)) * 4;
        long[] keys = new long[places];
        int[] indices = new int[places];
        Arrays.fill(keys, FREE);
        for (int i = 0; i < ids.length; i++) {
            int place = place(ids[i], places);
            while (keys[place] != FREE) {
                place = (place + 1) & (places - 1);
            }
            keys[place] = ids[i];
            indices[place] = i + 1;
        }
        return new ItemIndex(0, null, keys, indices);
    }

    /** Returns the index 1..V of a raw id, or 0 if the model does not know it. */
    int indexOf(long rawId) {
        if (byId != null) {
            long place = rawId - first;
            return place >= 0 && place < byId.length ? byId[(int) place] : 0;
        }
        if (rawId < 0) {
            return 0;
        }
        int place = place(rawId, keys.length);
        while (keys[place] != rawId) {
            if (keys[place] == FREE) {
                return 0;
            }
            place = (place + 1) & (keys.length - 1);
        }
        return indices[place];
    }

    private static int place(long id, int places) {
        long mixed = id * 0x9E3779B97F4A7C15L;
        return (int) (mixed ^ (mixed >>> 32)) & (places - 1);
    }
}
