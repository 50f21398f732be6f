package duet.model.data;

import duet.schemas.bundle.Vocabulary;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Draws from the items of a vocabulary that a user never touched. Time and memory go with what the
 * user touched and what is drawn, not with the vocabulary.
 */
public final class UntouchedItems {
    private final Vocabulary vocabulary;
    private final int[] touched; // indices, ascending, each once

    UntouchedItems(UserHistory user, Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
        this.touched = touched(user.items(), vocabulary);
    }

    /**
     * Returns the indices in a vocabulary of the items a user touched, ascending and each once;
     * without those it does not hold.
     *
     * @param items raw ids
     */
    public static int[] touched(long[] items, Vocabulary vocabulary) {
        return Arrays.stream(items)
                .mapToInt(vocabulary::indexOf)
                .filter(index -> index != 0)
                .sorted()
                .distinct()
                .toArray();
    }

    /** Returns how many there are. */
    int size() {
        return vocabulary.size() - touched.length;
    }

    boolean contains(int index) {
        return Arrays.binarySearch(touched, index) < 0;
    }

    /** Returns distinct raw ids, drawn uniformly; all where there are fewer than asked for. */
    long[] draw(int count, SplittableRandom random) {
        int pool = size();
        long[] drawn = new long[Math.min(count, pool)];
        // A Fisher-Yates shuffle of which only the first places are made, on a pool that is not
        // there: a place holds what is put down here, or else itself.
        Map<Integer, Integer> moved = new HashMap<>();
        for (int i = 0; i < drawn.length; i++) {
            int j = random.nextInt(i, pool);
            Integer first = moved.remove(i);
            int here = first == null ? i : first;
            int taken = here;
            if (j != i) {
                Integer other = moved.put(j, here);
                taken = other == null ? j : other;
            }
            drawn[i] = vocabulary.idOf(index(taken));
        }
        return drawn;
    }

    /** Returns the index in the vocabulary of an untouched item by its place among them, from 0. */
    int index(int place) {
        int low = 0; // how many touched items stand before it
        int high = touched.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (touched[middle] - 1 - middle <= place) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return place + low + 1;
    }
}
