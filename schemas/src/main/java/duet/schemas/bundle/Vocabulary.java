package duet.schemas.bundle;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A vocabulary holds the items that a model knows. It takes a raw item id to an index 1..V, where 0
 * is padding and stands for every unknown item. Raw ids travel and are kept in state; indices are a
 * model's own affair.
 */
public final class Vocabulary {
    /** A table by raw id is kept where it is at most so many times as long as the vocabulary. */
    private static final int LARGEST_GAP = 8;

    private final long[] ids;
    private final ItemNames names;

    /**
     * Holds the index of each raw id from the lowest to the highest, 0 between them; null where the
     * ids lie too far apart.
     */
    private final int @Nullable [] byId;

    private Vocabulary(long[] sortedIds, ItemNames names) {
        this.ids = sortedIds;
        this.names = names;
        this.byId = table(sortedIds);
    }

    private static int @Nullable [] table(long[] ids) {
        if (ids.length == 0) {
            return null;
        }
        long span = ids[ids.length - 1] - ids[0] + 1;
        if (span <= 0 || span > Math.min((long) LARGEST_GAP * ids.length, Integer.MAX_VALUE / 2)) {
            return null;
        }
        int[] table = new int[(int) span];
        for (int i = 0; i < ids.length; i++) {
            table[(int) (ids[i] - ids[0])] = i + 1;
        }
        return table;
    }

    /**
     * Makes the vocabulary of items whose ids are numbers, indexed in ascending order.
     *
     * @throws IllegalArgumentException on a negative or repeated id
     */
    public static Vocabulary of(long[] rawIds) {
        return of(rawIds, ItemNames.numbers());
    }

    /**
     * Makes the vocabulary of these raw ids, indexed in ascending order.
     *
     * @param names what the items are called
     * @throws IllegalArgumentException on a negative or repeated id
     */
    public static Vocabulary of(long[] rawIds, ItemNames names) {
        long[] sorted = rawIds.clone();
        Arrays.sort(sorted);
        for (int i = 0; i < sorted.length; i++) {
            if (sorted[i] < 0 || (i > 0 && sorted[i] == sorted[i - 1])) {
                throw new IllegalArgumentException(
                        "vocabulary has the item id " + sorted[i] + " twice or below 0");
            }
        }
        return new Vocabulary(sorted, names);
    }

    /** Returns the number of items, V. */
    public int size() {
        return ids.length;
    }

    /** Returns the index 1..V of a raw id, or 0 if the model does not know it. */
    public int indexOf(long rawId) {
        if (byId == null) {
            return Math.max(0, Arrays.binarySearch(ids, rawId) + 1);
        }
        long place = rawId - ids[0];
        return rawId >= ids[0] && place < byId.length ? byId[(int) place] : 0;
    }

    /** Returns the raw id of an index 1..V. */
    public long idOf(int index) {
        return ids[index - 1];
    }

    /** Returns what the items are called. */
    public ItemNames names() {
        return names;
    }

    /** Returns a copy of the raw ids in index order. */
    public long[] ids() {
        return ids.clone();
    }

    /**
     * Digests which items have which index, and how ids become numbers: two vocabularies that
     * differ in either digest to something else.
     */
    void digestInto(MessageDigest digest) {
        ByteBuffer number = ByteBuffer.allocate(Long.BYTES);
        digest.update(names.rule().id().getBytes(StandardCharsets.UTF_8));
        digest.update(number.putLong(0, ids.length).array());
        for (long id : ids) {
            digest.update(number.putLong(0, id).array());
            if (names.rule() == ItemIds.HASH) {
                byte[] name = names.of(id).getBytes(StandardCharsets.UTF_8);
                digest.update(number.putLong(0, name.length).array());
                digest.update(name);
            }
        }
    }

    /**
     * Returns the model's view of a history: its newest {@code length} known items as indices,
     * oldest first, padded with 0 on the left. Unknown items are left out and take no place.
     */
    public int[] window(long[] history, int length) {
        int[] window = new int[length];
        int at = length;
        for (int i = history.length - 1; i >= 0 && at > 0; i--) {
            int index = indexOf(history[i]);
            if (index != 0) {
                window[--at] = index;
            }
        }
        return window;
    }
}
