package duet.schemas.evaluation;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.util.Arrays;
import java.util.List;

/**
 * Holds the ranking quality over users that each rank one positive among negatives. Offline
 * evaluation and what devices measure on the stream share this one definition, so that both can be
 * compared.
 *
 * @param users how many users were ranked
 * @param auc area under the ROC curve over all scores of all users; a tie counts half; like every
 *     metric but {@code userAuc} it is not a number, null in JSON, where it cannot be said
 * @param userAuc mean over users of the share of negatives below the positive; a tie counts half
 * @param at5 within the first 5
 * @param at10 within the first 10
 * @param at20 within the first 20
 */
public record RankingMetrics(
        int users,
        @JsonSerialize(using = NumberOrNull.Writer.class)
                @JsonDeserialize(using = NumberOrNull.Reader.class)
                double auc,
        double userAuc,
        @JsonUnwrapped(suffix = "5") Within at5,
        @JsonUnwrapped(suffix = "10") Within at10,
        @JsonUnwrapped(suffix = "20") Within at20) {

    /**
     * Holds what counts within the first k. In JSON the names end in k.
     *
     * @param ndcg normalized discounted cumulative gain at k, {@code 1 / log2(rank + 1)}; a tie
     *     counts against the positive
     * @param hr share of users whose positive is among the first k
     */
    public record Within(
            @JsonSerialize(using = NumberOrNull.Writer.class)
                    @JsonDeserialize(using = NumberOrNull.Reader.class)
                    double ndcg,
            @JsonSerialize(using = NumberOrNull.Writer.class)
                    @JsonDeserialize(using = NumberOrNull.Reader.class)
                    double hr) {
        private static final Within UNDEFINED = new Within(Double.NaN, Double.NaN);
    }

    /** The metrics within the first k are measured for these k. */
    public static final List<Integer> CUTOFFS = List.of(5, 10, 20);

    /**
     * Returns these metrics of lists of about that length. Within as many as are in the list, or
     * more, the positive always stands: those metrics say nothing and are not a number.
     *
     * @param length of the lists, the positive included
     */
    public RankingMetrics ofListsOf(int length) {
        return new RankingMetrics(
                users,
                auc,
                userAuc,
                length > 5 ? at5 : Within.UNDEFINED,
                length > 10 ? at10 : Within.UNDEFINED,
                length > 20 ? at20 : Within.UNDEFINED);
    }

    public double ndcg5() {
        return at5.ndcg;
    }

    public double hr5() {
        return at5.hr;
    }

    public double ndcg10() {
        return at10.ndcg;
    }

    public double hr10() {
        return at10.hr;
    }

    public double ndcg20() {
        return at20.ndcg;
    }

    public double hr20() {
        return at20.hr;
    }

    /**
     * Returns the share of the negatives below the positive, where a tie counts half: the AUC of
     * one user. It is NaN without negatives.
     */
    public static double userAuc(float positive, float[] negatives) {
        double below = 0;
        for (float negative : negatives) {
            below += positive > negative ? 1 : positive == negative ? 0.5 : 0;
        }
        return below / negatives.length;
    }

    /**
     * Returns the rank of the positive, counted from 1; negatives with an equal score stand before
     * it.
     */
    public static int rank(float positive, float[] negatives) {
        int rank = 1;
        for (float negative : negatives) {
            if (negative >= positive) {
                rank++;
            }
        }
        return rank;
    }

    /** Collects the scores of users and computes the metrics over them. It is not thread-safe. */
    public static final class Accumulator {
        private final double[] gain = new double[CUTOFFS.size()];
        private final int[] hits = new int[CUTOFFS.size()];
        private boolean scored = true;
        private double userAucSum;
        private int users;
        private float[] positives = new float[64];
        private float[] negatives = new float[64 * 99];
        private int negativeCount;

        /**
         * Adds one user's scores.
         *
         * @throws IllegalArgumentException if a score is not a number or there are no negatives
         */
        public void add(float positive, float[] negativeScores) {
            UserRanking ranking = UserRanking.of(positive, negativeScores);
            if (users == positives.length) {
                positives = Arrays.copyOf(positives, users * 2);
            }
            if (negativeCount + negativeScores.length > negatives.length) {
                negatives = Arrays.copyOf(negatives, (negativeCount + negativeScores.length) * 2);
            }
            positives[users] = positive;
            System.arraycopy(negativeScores, 0, negatives, negativeCount, negativeScores.length);
            negativeCount += negativeScores.length;
            count(ranking);
        }

        /**
         * Adds one user's ranking without the scores: {@code auc} over all of them is not a number
         * then, the other metrics are.
         */
        public void add(UserRanking ranking) {
            scored = false;
            count(ranking);
        }

        private void count(UserRanking ranking) {
            users++;
            userAucSum += ranking.userAuc();
            for (int k = 0; k < hits.length; k++) {
                int cutoff = CUTOFFS.get(k);
                hits[k] += ranking.rank() <= cutoff ? 1 : 0;
                gain[k] += ranking.ndcg(cutoff);
            }
        }

        public int users() {
            return users;
        }

        /** Returns the metrics of all users added so far; all NaN where there is none. */
        public RankingMetrics result() {
            double n = users == 0 ? Double.NaN : users;
            return new RankingMetrics(
                    users,
                    scored ? pooledAuc() : Double.NaN,
                    userAucSum / n,
                    within(0, n),
                    within(1, n),
                    within(2, n));
        }

        private Within within(int k, double n) {
            return new Within(gain[k] / n, hits[k] / n);
        }

        private double pooledAuc() {
            float[] sorted = Arrays.copyOf(negatives, negativeCount);
            for (int i = 0; i < sorted.length; i++) {
                sorted[i] += 0.0f; // -0.0 sorts before 0.0 although they are equal
            }
            Arrays.sort(sorted);
            double below = 0;
            for (int i = 0; i < users; i++) {
                int less = firstIndex(sorted, positives[i], false);
                int lessOrEqual = firstIndex(sorted, positives[i], true);
                below += less + (lessOrEqual - less) / 2.0;
            }
            return below / ((double) users * negativeCount);
        }

        /**
         * Returns the index of the first value that is not below (or, if {@code above}, that is
         * above) the key.
         */
        private static int firstIndex(float[] sorted, float key, boolean above) {
            int low = 0;
            int high = sorted.length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (sorted[middle] < key || (above && sorted[middle] == key)) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }
}
