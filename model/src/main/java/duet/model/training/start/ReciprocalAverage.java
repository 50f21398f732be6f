package duet.model.training.start;

import duet.model.training.sample.TrainingSet;
import duet.model.training.step.Workers;
import java.util.Arrays;

/**
 * Gives each item the mean of its users, each of whom is the mean of the items they trained on: a
 * pass of reciprocal averaging. Its eigenvectors are those of the normalised matrix of users and
 * items; a constant is the trivial one, with the eigenvalue 1.
 *
 * <p>It goes user by user and keeps nothing of users. Who trained on a single item says nothing of
 * which items go together and is left out.
 */
final class ReciprocalAverage {
    private final TrainingSet set;
    private final int[] degrees;

    ReciprocalAverage(TrainingSet set, int items) {
        this.set = set;
        this.degrees = new int[items + 1];
        for (int user = 0; user < set.users(); user++) {
            int size = size(user);
            for (int i = 0; i < size; i++) {
                degrees[set.trainedItem(user, i)]++;
            }
        }
        degrees[0] = 0;
    }

    /** Returns how many items of a user count. */
    private int size(int user) {
        int size = set.trainedItems(user);
        return size > 1 ? size : 0;
    }

    /** Returns by item, with the padding before them, how many users it has. */
    int[] degrees() {
        return degrees;
    }

    /**
     * Applies a pass to all columns.
     *
     * @param to is overwritten
     */
    void apply(ItemColumns from, ItemColumns to, Workers workers) {
        workers.run(
                from.blocks(),
                block -> {
                    apply(from.block(block), to.block(block));
                    return block;
                });
    }

    private void apply(float[] from, float[] to) {
        Arrays.fill(to, 0);
        float[] mean = new float[ItemColumns.BLOCK];
        for (int user = 0; user < set.users(); user++) {
            int size = size(user);
            if (size == 0) {
                continue;
            }
            Arrays.fill(mean, 0);
            for (int i = 0; i < size; i++) {
                int row = set.trainedItem(user, i) * ItemColumns.BLOCK;
                for (int c = 0; c < ItemColumns.BLOCK; c++) {
                    mean[c] += from[row + c];
                }
            }
            for (int c = 0; c < ItemColumns.BLOCK; c++) {
                mean[c] /= size;
            }
            for (int i = 0; i < size; i++) {
                int row = set.trainedItem(user, i) * ItemColumns.BLOCK;
                for (int c = 0; c < ItemColumns.BLOCK; c++) {
                    to[row + c] += mean[c];
                }
            }
        }
        Arrays.fill(to, 0, ItemColumns.BLOCK, 0);
        for (int item = 1; item < degrees.length; item++) {
            for (int c = 0; degrees[item] > 0 && c < ItemColumns.BLOCK; c++) {
                to[item * ItemColumns.BLOCK + c] /= degrees[item];
            }
        }
    }
}
