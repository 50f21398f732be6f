package duet.model.evaluation;

import duet.model.data.TrainingCounts;
import duet.model.data.UntouchedItems;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.evaluation.RankingMetrics;
import duet.schemas.evaluation.UserRanking;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Ranks by how often each item is among the training interactions, whoever the user is: what a
 * model has to beat. Items that are as often there tie.
 */
public final class PopularityBaseline {
    private final TrainingCounts counts;

    public PopularityBaseline(TrainingCounts counts) {
        this.counts = counts;
    }

    /** Ranks every user's positive among its negatives; not a number without users. */
    public RankingMetrics measure(List<EvaluationTask> tasks) {
        RankingMetrics.Accumulator metrics = new RankingMetrics.Accumulator();
        for (EvaluationTask task : tasks) {
            float[] scores = new float[task.negatives().length];
            for (int i = 0; i < scores.length; i++) {
                scores[i] = counts.of(task.negatives()[i]);
            }
            metrics.add(counts.of(task.positive()), scores);
        }
        return metrics.result();
    }

    /**
     * Ranks every user's positive among all items of a vocabulary that the user never touched. The
     * {@code auc} over all scores at once is not a number, as for a model.
     */
    public RankingMetrics measureCatalogue(List<CatalogueTask> tasks, Vocabulary vocabulary) {
        RankingMetrics.Accumulator metrics = new RankingMetrics.Accumulator();
        // Each user's list is all items but a few: those are taken off what all items give.
        int[] ascending =
                IntStream.rangeClosed(1, vocabulary.size()).map(counts::at).sorted().toArray();
        for (CatalogueTask task : tasks) {
            int positive = counts.of(task.positive());
            int below = before(ascending, positive);
            int equal = before(ascending, positive + 1) - below;
            int[] touched = UntouchedItems.touched(task.touched(), vocabulary);
            for (int index : touched) {
                below -= counts.at(index) < positive ? 1 : 0;
                equal -= counts.at(index) == positive ? 1 : 0;
            }
            metrics.add(new UserRanking(below, equal, vocabulary.size() - touched.length));
        }
        return metrics.result();
    }

    /** Returns how many values are below a bound. */
    private static int before(int[] ascending, int bound) {
        int low = 0;
        int high = ascending.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ascending[middle] < bound) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
