package duet.model.evaluation;

import duet.model.data.UntouchedItems;
import duet.model.serving.DeviceScorer;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.evaluation.UserRanking;
import java.util.ArrayList;
import java.util.List;

/**
 * Ranks each user's positive among all items the user never touched. Scores are made for a block of
 * items at a time, and of each user no more is kept than how many of them are above the positive.
 */
final class CatalogueRanking {
    private final DeviceScorer scorer;
    private final Vocabulary vocabulary;
    private final int block;

    /**
     * Creates a ranking.
     *
     * @param block how many items are scored at once
     */
    CatalogueRanking(DeviceScorer scorer, Vocabulary vocabulary, int block) {
        this.scorer = scorer;
        this.vocabulary = vocabulary;
        this.block = block;
    }

    /**
     * Ranks for a batch of users.
     *
     * @param layers dynamic layers of each
     */
    List<UserRanking> rank(List<CatalogueTask> batch, List<float[][]> layers) {
        List<long[]> histories = batch.stream().map(CatalogueTask::history).toList();
        List<float[]> positives =
                scorer.score(
                        histories,
                        layers,
                        batch.stream().map(task -> new long[] {task.positive()}).toList());
        List<Counts> counts = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            int[] touched = UntouchedItems.touched(batch.get(i).touched(), vocabulary);
            counts.add(new Counts(touched, positives.get(i)[0]));
        }
        for (int from = 1; from <= vocabulary.size(); from += block) {
            int to = Math.min(vocabulary.size() + 1, from + block);
            long[] items = new long[to - from];
            for (int i = 0; i < items.length; i++) {
                items[i] = vocabulary.idOf(from + i);
            }
            List<float[]> scores = scorer.scoreAlike(histories, layers, items);
            for (int i = 0; i < counts.size(); i++) {
                counts.get(i).add(from, scores.get(i));
            }
        }
        return counts.stream().map(Counts::ranking).toList();
    }

    /** Counts the negatives of one user. */
    private static final class Counts {
        private final int[] touched;
        private final float positive;
        private int passed; // of the touched items, which come in their order
        private int below;
        private int equal;
        private int negatives;

        Counts(int[] touched, float positive) {
            if (Float.isNaN(positive)) {
                throw new IllegalArgumentException("a score is not a number");
            }
            this.touched = touched;
            this.positive = positive;
        }

        /** Adds the scores of the items from an index on. */
        void add(int from, float[] scores) {
            for (int i = 0; i < scores.length; i++) {
                if (passed < touched.length && touched[passed] == from + i) {
                    passed++;
                    continue;
                }
                if (Float.isNaN(scores[i])) {
                    throw new IllegalArgumentException("a score is not a number");
                }
                negatives++;
                below += scores[i] < positive ? 1 : 0;
                equal += scores[i] == positive ? 1 : 0;
            }
        }

        UserRanking ranking() {
            return new UserRanking(below, equal, negatives);
        }
    }
}
