package duet.model.data;

import duet.schemas.bundle.ItemNames;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Makes logs for tests without a file. */
public final class TestLogs {
    private TestLogs() {}

    /** Returns the log of these users, of items whose ids are numbers. */
    public static InteractionLog of(String source, List<UserHistory> users) {
        return of(source, users, ItemNames.numbers());
    }

    /**
     * Returns the log of these users, as a reader would make it: sorted by time, without those who
     * are too short.
     */
    public static InteractionLog of(String source, List<UserHistory> users, ItemNames names) {
        List<UserHistory> kept = new ArrayList<>();
        Set<String> leftOut = new HashSet<>();
        for (UserHistory user : users) {
            if (user.size() < InteractionLog.MIN_INTERACTIONS) {
                leftOut.add(user.user());
            } else {
                kept.add(TimeOrder.of(user));
            }
        }
        return new InteractionLog(source, kept, leftOut, names);
    }
}
