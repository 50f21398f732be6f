package duet.interactions.inspection;

import duet.model.data.CandidateLists;
import duet.model.data.EvaluationSplit;
import duet.model.data.UserHistory;
import duet.schemas.Count;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.evaluation.RankingMetrics;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.SplittableRandom;

/**
 * Tells what each user's last item is like, the one that is tested.
 *
 * @param users who have one
 * @param ties users whose test item has the time of the one before or after it: which of them is
 *     tested follows from the order of the file
 * @param untrained users whose test item is in nobody's training interactions: no model knows
 *     anything of it
 * @param onlyTested items that are nothing but test items
 * @param repeated users whose test item stands in their history already
 * @param popularity how well the number of its interactions alone ranks the test item among 99
 *     items the user never touched: what a model has to beat
 */
public record Tests(
        long users,
        long ties,
        long untrained,
        long onlyTested,
        long repeated,
        RankingMetrics popularity) {
    /** Popularity is measured on at most so many users, spread evenly over the log. */
    private static final int MOST_RANKED = 20_000;

    /** The draws are the same each time. */
    private static final long SEED = 7;

    /** Looks at the test items of a split; users without one are left aside. */
    public static Tests of(EvaluationSplit split) {
        Vocabulary vocabulary = split.vocabulary();
        int[] trained = new int[vocabulary.size() + 1]; // 0 is what the model does not know
        boolean[] elsewhere = new boolean[vocabulary.size() + 1];
        for (UserHistory user : split.users()) {
            for (int i = 0; i < split.testPosition(user); i++) {
                int item = vocabulary.indexOf(user.items()[i]);
                elsewhere[item] = true;
                if (i < split.validationPosition(user)) {
                    trained[item]++;
                }
            }
        }
        List<UserHistory> tested = split.users().stream().filter(split::hasTest).toList();
        long ties = 0;
        long untrained = 0;
        long repeated = 0;
        Set<Long> onlyTested = new HashSet<>();
        for (UserHistory user : tested) {
            int test = split.testPosition(user);
            long positive = split.testPositive(user);
            int index = vocabulary.indexOf(positive);
            ties += isTied(user.timestamps(), test) ? 1 : 0;
            untrained += trained[index] == 0 ? 1 : 0;
            repeated += contains(user.items(), test, positive) ? 1 : 0;
            if (!elsewhere[index]) {
                onlyTested.add(positive);
            }
        }
        return new Tests(
                tested.size(),
                ties,
                untrained,
                onlyTested.size(),
                repeated,
                popularity(split, tested, vocabulary, trained));
    }

    /** Says in a line what limits any figure that is measured on these tests. */
    public String line() {
        if (users == 0) {
            return "Nobody has a test item";
        }
        return String.format(
                Locale.ROOT,
                "%s a test item: of %.1f %% the file's order alone says which it is, of"
                        + " %.1f %% it is in nobody's training interactions; popularity alone has"
                        + " userAuc %.4f",
                Count.of(users, "user has", "users have"),
                100.0 * ties / users,
                100.0 * untrained / users,
                popularity.userAuc());
    }

    /** Returns whether another order in the file would have made another item the test. */
    private static boolean isTied(long[] times, int test) {
        return test > 0 && times[test - 1] == times[test]
                || test + 1 < times.length && times[test + 1] == times[test];
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
            EvaluationSplit split, List<UserHistory> users, Vocabulary vocabulary, int[] trained) {
        RankingMetrics.Accumulator metrics = new RankingMetrics.Accumulator();
        SplittableRandom random = new SplittableRandom(SEED);
        int ranked = Math.min(MOST_RANKED, users.size());
        for (int i = 0; i < ranked; i++) {
            UserHistory user = users.get((int) ((long) i * users.size() / ranked));
            int positive = vocabulary.indexOf(split.testPositive(user));
            long[] negatives =
                    CandidateLists.untouched(user, vocabulary, CandidateLists.NEGATIVES, random);
            if (positive != 0 && negatives.length > 0) {
                float[] scores = new float[negatives.length];
                for (int n = 0; n < scores.length; n++) {
                    scores[n] = trained[vocabulary.indexOf(negatives[n])];
                }
                metrics.add(trained[positive], scores);
            }
        }
        return metrics.result();
    }
}
