package duet.model.verdict;

import duet.model.data.InteractionLog;
import duet.model.data.UserHistory;
import duet.model.training.sample.ShuffledOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** Draws users of a log until they have as many interactions as work is to be done. */
final class UserSample {
    private UserSample() {}

    /**
     * Returns a log of users that were drawn, in the order of the log; the log itself where it is
     * small enough. A user with more interactions than are left to take is passed over: users are
     * what a figure is a mean of.
     *
     * @param mostInteractions of all users together
     */
    static InteractionLog of(InteractionLog log, long mostInteractions, long seed) {
        if (log.interactions() <= mostInteractions) {
            return log;
        }
        List<UserHistory> users = log.users();
        int[] taken = new int[users.size()];
        int count = 0;
        long left = mostInteractions;
        for (int u : ShuffledOrder.of(users.size(), new SplittableRandom(seed))) {
            if (users.get(u).size() <= left) {
                taken[count++] = u;
                left -= users.get(u).size();
            }
        }
        int[] inOrder = Arrays.copyOf(taken, count);
        Arrays.sort(inOrder);
        List<UserHistory> drawn = new ArrayList<>(count);
        for (int u : inOrder) {
            drawn.add(users.get(u));
        }
        return new InteractionLog(log.source(), drawn, log.leftOut(), log.names());
    }
}
