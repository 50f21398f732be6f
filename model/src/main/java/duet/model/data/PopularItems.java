package duet.model.data;

import duet.schemas.bundle.Vocabulary;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Draws untouched items by their popularity: one after the other, each with a chance that is
 * proportional to how often the item is among the training interactions, and none twice. An item
 * that is not among them is never drawn.
 */
final class PopularItems {
    /**
     * After so many tries for each draw the rest is drawn from what is left written out: somebody
     * touched nearly everything that is popular.
     */
    private static final int TRIES = 32;

    private final Vocabulary vocabulary;

    /** Holds, at each index, how many interactions are with items up to it. */
    private final long[] upTo;

    PopularItems(EvaluationSplit split, Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
        this.upTo = new long[vocabulary.size() + 1];
        TrainingCounts counts = TrainingCounts.of(split, vocabulary);
        Arrays.setAll(upTo, counts::at);
        Arrays.parallelPrefix(upTo, Long::sum);
    }

    /** Returns distinct raw ids; fewer where there are no more that are popular at all. */
    long[] draw(UserHistory user, int count, SplittableRandom random) {
        UntouchedItems untouched = new UntouchedItems(user, vocabulary);
        long all = upTo[vocabulary.size()];
        long[] drawn = new long[count];
        Set<Integer> taken = new HashSet<>();
        int done = 0;
        for (int tries = TRIES * count; all > 0 && done < count && tries > 0; tries--) {
            int index = indexAt(random.nextLong(all));
            if (untouched.contains(index) && taken.add(index)) {
                drawn[done++] = vocabulary.idOf(index);
            }
        }
        return done == count ? drawn : fill(drawn, done, untouched, taken, random);
    }

    /** Returns the index of the item that the n-th interaction is with, from 0. */
    private int indexAt(long interaction) {
        int low = 1;
        int high = vocabulary.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (upTo[middle] <= interaction) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private long[] fill(
            long[] drawn,
            int done,
            UntouchedItems untouched,
            Set<Integer> taken,
            SplittableRandom random) {
        int[] left = new int[untouched.size()];
        long[] weights = new long[left.length];
        int size = 0;
        long sum = 0;
        for (int place = 0; place < untouched.size(); place++) {
            int index = untouched.index(place);
            long weight = upTo[index] - upTo[index - 1];
            if (weight > 0 && !taken.contains(index)) {
                left[size] = index;
                weights[size++] = weight;
                sum += weight;
            }
        }
        int next = done;
        while (next < drawn.length && sum > 0) {
            long at = random.nextLong(sum);
            int place = 0;
            while (at >= weights[place]) {
                at -= weights[place++];
            }
            drawn[next++] = vocabulary.idOf(left[place]);
            sum -= weights[place];
            weights[place] = 0;
        }
        return Arrays.copyOf(drawn, next);
    }
}
