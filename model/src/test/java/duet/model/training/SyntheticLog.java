package duet.model.training;

import duet.model.data.InteractionLog;
import duet.model.data.TestLogs;
import duet.model.data.UserHistory;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * Users who each stay with one of a few groups of items: easy to learn, and to rank against by
 * chance.
 */
public final class SyntheticLog {
    private static final int GROUPS = 4;
    private static final int ITEMS_OF_GROUP = 15;

    private SyntheticLog() {}

    public static InteractionLog of(int users, int interactions, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<UserHistory> histories = new ArrayList<>();
        for (int u = 0; u < users; u++) {
            int group = u % GROUPS;
            long[] items =
                    random.ints(interactions, 0, ITEMS_OF_GROUP)
                            .mapToLong(i -> 100L * group + i)
                            .toArray();
            histories.add(
                    new UserHistory("u" + u, items, LongStream.range(0, interactions).toArray()));
        }
        return TestLogs.of("synthetic", histories);
    }
}
