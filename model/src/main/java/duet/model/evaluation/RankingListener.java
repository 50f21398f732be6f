package duet.model.evaluation;

import duet.schemas.evaluation.UserRanking;
import java.util.List;

/** Is told how each user was ranked, once for each way of ranking. */
@FunctionalInterface
public interface RankingListener {
    /** Listens to nothing. */
    RankingListener NONE = (way, users) -> {};

    /** With the global classifier. */
    String GLOBAL = "global";

    /** With the delta of another user. */
    String OTHER_DEVICE = "otherDevice";

    /** With the mean of all users' deltas. */
    String MEAN_DELTA = "meanDelta";

    /** Returns the way of ranking with the user's own delta, made so many interactions before. */
    static String age(int age) {
        return "age" + age;
    }

    /**
     * Hears of a way of ranking.
     *
     * @param way {@link #GLOBAL}, {@link #OTHER_DEVICE}, {@link #MEAN_DELTA} or an {@link #age}
     * @param users in the order of the tasks
     */
    void ranked(String way, List<UserRanking> users);
}
