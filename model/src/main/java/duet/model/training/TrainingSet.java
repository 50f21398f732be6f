package duet.model.training;

import duet.model.data.EvaluationSplit;
import duet.model.data.UserHistory;
import duet.schemas.bundle.Vocabulary;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/**
 * A log as item indices, laid out so that any window is one copy. A sample is a training positive; samples are numbered
 * user by user in time order.
 */
final class TrainingSet {
    private final int window;
    private final int[] items; // each user's items behind L zeros
    private final int[] firstItem;
    private final int[] firstSample; // one more than there are users
    private final int[] sampleUser;
    private final BitSet[] trained;

    TrainingSet(EvaluationSplit split, Vocabulary vocabulary, int window) {
        List<UserHistory> users = split.users();
        this.window = window;
        this.firstItem = new int[users.size()];
        this.firstSample = new int[users.size() + 1];
        this.trained = new BitSet[users.size()];
        int size = 0;
        for (int u = 0; u < users.size(); u++) {
            size = Math.addExact(size, window);
            firstItem[u] = size;
            size = Math.addExact(size, users.get(u).size());
            firstSample[u + 1] = firstSample[u] + EvaluationSplit.trainingPositives(users.get(u));
        }
        this.items = new int[size];
        this.sampleUser = new int[firstSample[users.size()]];
        for (int u = 0; u < users.size(); u++) {
            UserHistory user = users.get(u);
            Arrays.fill(sampleUser, firstSample[u], firstSample[u + 1], u);
            trained[u] = new BitSet(vocabulary.size() + 1);
            for (int i = 0; i < user.size(); i++) {
                int item = vocabulary.indexOf(user.items()[i]);
                items[firstItem[u] + i] = item;
                if (i < EvaluationSplit.validationPosition(user)) {
                    trained[u].set(item);
                }
            }
        }
    }

    int samples() {
        return sampleUser.length;
    }

    int user(int sample) {
        return sampleUser[sample];
    }

    /** Index of a sample's positive. */
    int positive(int sample) {
        return items[firstItem[user(sample)] + position(sample)];
    }

    /** The sample that is {@code age} interactions later, or the user's last one. */
    int later(int sample, int age) {
        return Math.min(sample + age, firstSample[user(sample) + 1] - 1);
    }

    /** Whether the item is one of the user's training interactions. */
    boolean isTrained(int user, int item) {
        return trained[user].get(item);
    }

    /** Writes the L items before each sample, one window after the other. */
    long[] windows(int[] samples) {
        long[] windows = new long[samples.length * window];
        for (int i = 0; i < samples.length; i++) {
            int end = firstItem[user(samples[i])] + position(samples[i]);
            copyWindow(end, windows, i * window);
        }
        return windows;
    }

    /** The L items of a user before position {@code end}, left-padded with 0. */
    void copyWindow(int user, int end, long[] into, int at) {
        copyWindow(firstItem[user] + end, into, at);
    }

    private void copyWindow(int end, long[] into, int at) {
        for (int i = 0; i < window; i++) {
            into[at + i] = items[end - window + i];
        }
    }

    /** Position of a sample's positive in its user's history, from 1. */
    private int position(int sample) {
        return sample - firstSample[user(sample)] + 1;
    }
}
