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
 *     metric it is not a number, null in JSON, where it cannot be said
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
        @JsonSerialize(using = NumberOrNull.Writer.class)
                @JsonDeserialize(using = NumberOrNull.Reader.class)
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
     * Collects the scores of users and computes the metrics over them. Scores of negatives are kept
     * for {@code auc}, 4 bytes each, up to as many as an array holds; where there are more it is
     * not a number, and the other metrics are. It is not thread-safe.
     */
    public static final class Accumulator {
        private static final int MOST_SCORES = Integer.MAX_VALUE - 8;

        private final int mostScores;
        private final double[] gain = new double[CUTOFFS.size()];
        private final int[] hits = new int[CUTOFFS.size()];
        private boolean scored = true;
        private double userAucSum;
        private int users;
        private float[] positives = new float[64];
        private float[] negatives = new float[64 * 99];
        private int negativeCount;

        public Accumulator() {
            this(MOST_SCORES);
        }

        /**
         * Creates one that keeps less.
         *
         * @param mostScores of negatives that are kept for {@code auc}
         */
        Accumulator(int mostScores) {
            this.mostScores = mostScores;
        }

        /**
         * Adds one user's scores.
         *
         * @return how they rank the positive
         * @throws IllegalArgumentException if a score is not a number or there are no negatives
         */
        public UserRanking add(float positive, float[] negativeScores) {
            UserRanking ranking = UserRanking.of(positive, negativeScores);
            if (scored) {
                keep(positive, negativeScores);
            }
            count(ranking);
            return ranking;
        }

        /**
         * Adds one user's ranking without the scores: {@code auc} over all of them is not a number
         * then, the other metrics are.
         */
        public void add(UserRanking ranking) {
            keepNothing();
            count(ranking);
        }

        private void keep(float positive, float[] negativeScores) {
            long needed = (long) negativeCount + negativeScores.length;
            if (needed > mostScores) {
                keepNothing();
                return;
            }
            if (users == positives.length) {
                positives = Arrays.copyOf(positives, room(users + 1L));
            }
            if (needed > negatives.length) {
                negatives = Arrays.copyOf(negatives, room(needed));
            }
            positives[users] = positive;
            for (float negative : negativeScores) {
                negatives[negativeCount++] = negative + 0.0f; // -0.0 sorts before 0.0, its equal
            }
        }

        /** Returns how long an array becomes that needs so many places, at most the most. */
        private static int room(long needed) {
            return (int) Math.min(MOST_SCORES, needed + needed / 2);
        }

        private void keepNothing() {
            scored = false;
            positives = new float[0];
            negatives = new float[0];
            negativeCount = 0;
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
            // In place: a copy would be as large again, and nothing needs their order.
            Arrays.sort(negatives, 0, negativeCount);
            double below = 0;
            for (int i = 0; i < users; i++) {
                int less = firstIndex(positives[i], false);
                int lessOrEqual = firstIndex(positives[i], true);
                below += less + (lessOrEqual - less) / 2.0;
            }
            return below / ((double) users * negativeCount);
        }

        /**
         * Returns the index of the first sorted negative that is not below (or, if {@code above},
         * that is above) the key.
         */
        private int firstIndex(float key, boolean above) {
            int low = 0;
            int high = negativeCount;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (negatives[middle] < key || (above && negatives[middle] == key)) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }
    }
}
