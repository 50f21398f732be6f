package duet.model.training.sample;

import duet.model.data.EvaluationSplit;
import duet.model.data.UserHistory;
import duet.schemas.bundle.Vocabulary;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * Holds a log as item indices, laid out so that any window is one copy. A sample is a training
 * positive; samples are numbered user by user in time order. A place is a user and a position in
 * the user's history: what came before it.
 */
public final class TrainingSet {
    private final int[] items; // user by user
    private final int[] firstItem;
    private final int[] firstSample; // one more than there are users
    private final int[] sampleUser;
    private final BitSet[] trained;

    public TrainingSet(EvaluationSplit split, Vocabulary vocabulary) {
        List<UserHistory> users = split.users();
        this.firstItem = new int[users.size()];
        this.firstSample = new int[users.size() + 1];
        this.trained = new BitSet[users.size()];
        int size = 0;
        for (int u = 0; u < users.size(); u++) {
            firstItem[u] = size;
            size = Math.addExact(size, users.get(u).size());
            firstSample[u + 1] = firstSample[u] + split.trainingPositives(users.get(u));
        }
        this.items = new int[size];
        this.sampleUser = new int[firstSample[users.size()]];
        for (int u = 0; u < users.size(); u++) {
            UserHistory user = users.get(u);
            Arrays.fill(sampleUser, firstSample[u], firstSample[u + 1], u);
            int validation = split.validationPosition(user);
            trained[u] = new BitSet(vocabulary.size() + 1);
            for (int i = 0; i < user.size(); i++) {
                int item = vocabulary.indexOf(user.items()[i]);
                items[firstItem[u] + i] = item;
                if (i < validation) {
                    trained[u].set(item);
                }
            }
        }
    }

    public int samples() {
        return sampleUser.length;
    }

    int user(int sample) {
        return sampleUser[sample];
    }

    /** Returns the index of a sample's positive. */
    int positive(int sample) {
        return items[firstItem[user(sample)] + position(sample)];
    }

    /** Returns the sample that is {@code age} interactions later, or the user's last one. */
    public int later(int sample, int age) {
        return Math.min(sample + age, firstSample[user(sample) + 1] - 1);
    }

    /**
     * Returns the user's sample behind that many interactions, from 1, or the given one if it comes
     * earlier.
     */
    public int behind(int sample, int interactions) {
        return Math.min(sample, firstSample[user(sample)] + interactions - 1);
    }

    /** Returns whether the item is one of the user's training interactions. */
    boolean isTrained(int user, int item) {
        return trained[user].get(item);
    }

    /** Returns the places just before samples. */
    public Places before(int[] samples) {
        int[] users = new int[samples.length];
        int[] ends = new int[samples.length];
        for (int i = 0; i < samples.length; i++) {
            users[i] = user(samples[i]);
            ends[i] = position(samples[i]);
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
    private int position(int sample) {
        return sample - firstSample[user(sample)] + 1;
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
