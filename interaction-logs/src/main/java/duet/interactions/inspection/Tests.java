package duet.interactions.inspection;

import duet.model.data.CandidateLists;
import duet.model.data.EvaluationSplit;
import duet.model.data.UserHistory;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.evaluation.RankingMetrics;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Tells what each user's last item is like, the one that is tested.
 *
 * @param ties users whose last interaction has the time of the one before: which is the last
 *     follows from the order of the file
 * @param untrained users whose test item is in nobody's training interactions: no model knows
 *     anything of it
 * @param onlyTested items that are nothing but test items
 * @param repeated users whose test item stands in their history already
 * @param popularity how well the number of its interactions alone ranks the test item among 99
 *     items the user never touched: what a model has to beat
 */
public record Tests(
        long ties, long untrained, long onlyTested, long repeated, RankingMetrics popularity) {
    /** Popularity is measured on at most so many users, spread evenly over the log. */
    private static final int MOST_RANKED = 20_000;

    /** The draws are the same each time. */
    private static final long SEED = 7;

    static Tests of(EvaluationSplit split) {
        Vocabulary vocabulary = split.vocabulary();
        int[] trained = new int[vocabulary.size() + 1];
        boolean[] tested = new boolean[vocabulary.size() + 1];
        boolean[] elsewhere = new boolean[vocabulary.size() + 1];
        for (UserHistory user : split.users()) {
            int test = split.testPosition(user);
            int validation = split.validationPosition(user);
            for (int i = 0; i < test; i++) {
                int item = vocabulary.indexOf(user.items()[i]);
                elsewhere[item] = true;
                if (i < validation) {
                    trained[item]++;
                }
            }
            tested[vocabulary.indexOf(split.testPositive(user))] = true;
        }
        long ties = 0;
        long untrained = 0;
        long repeated = 0;
        for (UserHistory user : split.users()) {
            int test = split.testPosition(user);
            long positive = split.testPositive(user);
            boolean tied = user.timestamps()[test] == user.timestamps()[test - 1];
            ties += tied ? 1 : 0;
            untrained += trained[vocabulary.indexOf(positive)] == 0 ? 1 : 0;
            repeated += contains(user.items(), test, positive) ? 1 : 0;
        }
        long onlyTested = 0;
        for (int item = 1; item < tested.length; item++) {
            onlyTested += tested[item] && !elsewhere[item] ? 1 : 0;
        }
        return new Tests(
                ties, untrained, onlyTested, repeated, popularity(split, vocabulary, trained));
    }

    private static boolean contains(long[] items, int end, long item) {
        for (int i = 0; i < end; i++) {
            if (items[i] == item) {
                return true;
            }
        }
        return false;
    }

    private static RankingMetrics popularity(
            EvaluationSplit split, Vocabulary vocabulary, int[] trained) {
        RankingMetrics.Accumulator metrics = new RankingMetrics.Accumulator();
        SplittableRandom random = new SplittableRandom(SEED);
        List<UserHistory> users = split.users();
        int ranked = Math.min(MOST_RANKED, users.size());
        for (int i = 0; i < ranked; i++) {
            UserHistory user = users.get((int) ((long) i * users.size() / ranked));
            long[] negatives =
                    CandidateLists.untouched(user, vocabulary, CandidateLists.NEGATIVES, random);
            if (negatives.length > 0) {
                float[] scores = new float[negatives.length];
                for (int n = 0; n < scores.length; n++) {
                    scores[n] = trained[vocabulary.indexOf(negatives[n])];
                }
                metrics.add(trained[vocabulary.indexOf(split.testPositive(user))], scores);
            }
        }
        return metrics.result();
    }
}
