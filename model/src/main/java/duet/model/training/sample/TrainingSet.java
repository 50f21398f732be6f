package duet.model.training.sample;

import duet.model.data.EvaluationSplit;
import duet.model.data.UserHistory;
import duet.schemas.bundle.Vocabulary;
import java.util.Arrays;
import java.util.List;

/**
 * Holds a log as item indices, laid out so that any window is one copy. A sample is a training
 * positive; samples are numbered user by user in time order. A place is a user and a position in
 * the user's history: what came before it.
 *
 * <p>It takes {@value #BYTES_OF_INTERACTION} bytes for an interaction and {@value #BYTES_OF_USER}
 * for a user, however many items there are.
 */
public final class TrainingSet {
    /** An interaction stands in the histories and among what its user trained on. */
    public static final int BYTES_OF_INTERACTION = 2 * Integer.BYTES;

    /** A user has two offsets and the size of a set. */
    public static final int BYTES_OF_USER = 3 * Integer.BYTES;

    private final int[] items; // user by user
    private final int[] firstItem;
    private final int[] firstSample; // one more than there are users

    /**
     * Holds what each user trained on: distinct and ascending, user by user. A user's part begins
     * where the user's items do, as it is no longer than they are.
     */
    private final int[] trained;

    private final int[] trainedSize;

    /** Lays out a log without telling anybody. */
    public TrainingSet(EvaluationSplit split, Vocabulary vocabulary) {
        this(split, vocabulary, Preparation.Listener.NONE);
    }

    /**
     * Lays out a log.
     *
     * @param listener told how many users are laid out
     */
    public TrainingSet(
            EvaluationSplit split, Vocabulary vocabulary, Preparation.Listener listener) {
        List<UserHistory> users = split.users();
        this.firstItem = new int[users.size()];
        this.firstSample = new int[users.size() + 1];
        this.trainedSize = new int[users.size()];
        int size = 0;
        for (int u = 0; u < users.size(); u++) {
            firstItem[u] = size;
            size = Math.addExact(size, users.get(u).size());
            firstSample[u + 1] = firstSample[u] + split.trainingPositives(users.get(u));
        }
        this.items = new int[size];
        this.trained = new int[size];
        for (int u = 0; u < users.size(); u++) {
            UserHistory user = users.get(u);
            for (int i = 0; i < user.size(); i++) {
                items[firstItem[u] + i] = vocabulary.indexOf(user.items()[i]);
            }
            trainedSize[u] = keepTrained(firstItem[u], Math.max(0, split.validationPosition(user)));
            listener.done(Preparation.LAYOUT, u + 1, users.size());
        }
    }

    /** Copies these items into the set of what was trained on and returns how many differ. */
    private int keepTrained(int from, int count) {
        System.arraycopy(items, from, trained, from, count);
        Arrays.sort(trained, from, from + count);
        int distinct = 0;
        for (int i = 0; i < count; i++) {
            int item = trained[from + i];
            if (distinct == 0 || trained[from + distinct - 1] != item) {
                trained[from + distinct++] = item;
            }
        }
        return distinct;
    }

    /** Returns the number of training positives of all users. */
    public int samples() {
        return firstSample[firstSample.length - 1];
    }

    /**
     * Returns the user of a sample: the last one whose samples begin at it or before, as others may
     * have none. Searched for, since a number for each sample would take as much as its item.
     */
    int user(int sample) {
        int least = 0;
        int beyond = firstSample.length - 1;
        while (beyond - least > 1) {
            int middle = (least + beyond) >>> 1;
            if (firstSample[middle] <= sample) {
                least = middle;
            } else {
                beyond = middle;
            }
        }
        return least;
    }

    /** Returns the index of a sample's positive. */
    int positive(int sample) {
        int user = user(sample);
        return items[firstItem[user] + position(user, sample)];
    }

    /** Returns the sample that is {@code age} interactions later, or the user's last one. */
    public int later(int sample, int age) {
        return Math.min(sample + age, firstSample[user(sample) + 1] - 1);
    }

    /** Returns the sample that is {@code age} interactions earlier, or the user's first one. */
    public int earlier(int sample, int age) {
        return Math.max(sample - age, firstSample[user(sample)]);
    }

    /** Returns the number of users. */
    public int users() {
        return trainedSize.length;
    }

    /** Returns how many different items a user trained on. */
    public int trainedItems(int user) {
        return trainedSize[user];
    }

    /**
     * Returns one of the different items a user trained on.
     *
     * @param number from 0, in ascending order of items
     */
    public int trainedItem(int user, int number) {
        return trained[firstItem[user] + number];
    }

    /** Returns whether the item is one of the user's training interactions. */
    boolean isTrained(int user, int item) {
        int from = firstItem[user];
        return Arrays.binarySearch(trained, from, from + trainedSize[user], item) >= 0;
    }

    /** Returns the places just before samples. */
    public Places before(int[] samples) {
        int[] users = new int[samples.length];
        int[] ends = new int[samples.length];
        for (int i = 0; i < samples.length; i++) {
            users[i] = user(samples[i]);
            ends[i] = position(users[i], samples[i]);
        }
        return new Places(users, ends);
    }

    /**
     * Returns the newest items before each place, left-padded with 0 to that length, one place
     * after the other.
     */
    long[] windows(Places places, int length) {
        long[] windows = new long[Math.multiplyExact(places.size(), length)];
        for (int i = 0; i < places.size(); i++) {
            int count = Math.min(places.ends()[i], length);
            int from = firstItem[places.users()[i]] + places.ends()[i] - count;
            int to = (i + 1) * length - count;
            for (int j = 0; j < count; j++) {
                windows[to + j] = items[from + j];
            }
        }
        return windows;
    }

    /** Returns the position of a sample's positive in its user's history, from 1. */
    private int position(int user, int sample) {
        return sample - firstSample[user] + 1;
    }

    /**
     * Tells where windows end.
     *
     * @param users by their place in the log
     * @param ends per place, how many of the user's items come before it
     */
    record Places(int[] users, int[] ends) {
        int size() {
            return users.length;
        }

        /** Returns the length of the longest history, but no more than the limit and at least 1. */
        int longest(int limit) {
            return Math.max(1, Math.min(limit, Arrays.stream(ends).max().orElse(0)));
        }
    }
}
