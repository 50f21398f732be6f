package duet.interactions.inspection;

import duet.model.data.InteractionLog;
import duet.model.data.UserHistory;
import duet.schemas.Count;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Tells of users who have far more interactions than nearly all others: bots, shared logins, tests.
 * Each interaction is a sample, so a model is trained for them above all.
 *
 * @param all interactions of each user who takes part
 * @param above users with more interactions than this stand out: ten times what nine tenths of all
 *     users have at most
 * @param users how many do
 * @param share of all interactions, 0 to 1
 * @param largest those with the most interactions, at most five
 */
public record Standouts(Distribution all, int above, int users, double share, List<User> largest) {
    private static final int TIMES = 10;

    private static final int MOST_NAMED = 5;

    /**
     * Names one of them.
     *
     * @param user id as in the log
     * @param interactions how many the user has
     */
    public record User(String user, int interactions) {}

    /** Finds them among the users of a log. */
    public static Standouts of(InteractionLog log) {
        Distribution all =
                Distribution.of(log.users().stream().mapToInt(UserHistory::size).toArray());
        long above = (long) TIMES * all.p90();
        List<UserHistory> found = log.users().stream().filter(user -> user.size() > above).toList();
        long interactions = found.stream().mapToLong(UserHistory::size).sum();
        return new Standouts(
                all,
                (int) Math.min(Integer.MAX_VALUE, above),
                found.size(),
                (double) interactions / log.interactions(),
                found.stream()
                        .sorted(Comparator.comparingInt(UserHistory::size).reversed()) // stable
                        .limit(MOST_NAMED)
                        .map(user -> new User(user.user(), user.size()))
                        .toList());
    }

    /** Says in a line who they are; empty where there are none. */
    public Optional<String> line() {
        return users == 0
                ? Optional.empty()
                : Optional.of(
                        String.format(
                                Locale.ROOT,
                                "%s out with more than %s, %.1f %% of all",
                                Count.of(users, "user stands", "users stand"),
                                Count.of(above, "interaction") + (users == 1 ? "" : " each"),
                                100 * share));
    }
}
