package duet.model.data;

import duet.schemas.Count;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.ItemNames;
import duet.schemas.bundle.Vocabulary;
import duet.schemas.release.Rollout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Holds a data set: every user's interactions in time order. Users with fewer than {@value
 * #MIN_INTERACTIONS} interactions are left out, as the evaluation protocol says
 * (docs/research/findings.md).
 *
 * @param source where the log came from, for messages
 * @param users users in the order in which they first appear
 * @param leftOut ids of the users left out
 * @param names what the items are called
 */
public record InteractionLog(
        String source, List<UserHistory> users, Set<String> leftOut, ItemNames names) {
    /** A user needs so many interactions to take part. */
    public static final int MIN_INTERACTIONS = 5;

    public InteractionLog {
        users = List.copyOf(users);
        leftOut = Set.copyOf(leftOut);
    }

    /**
     * Returns the log of a part of its users. Each has a place from 0 to 1 that follows from the
     * user's id alone, so that parts that do not overlap have no user in common, in whatever file
     * they stand.
     *
     * @param from place of the first, 0 to 1
     * @param to place up to which, and not including which, users are kept
     * @throws InvalidInputException if no user is left
     */
    public InteractionLog usersBetween(double from, double to) {
        Set<String> out = new HashSet<>(leftOut);
        List<UserHistory> kept = new ArrayList<>();
        for (UserHistory user : users) {
            double place = Rollout.bucket(user.user(), "users");
            if (from <= place && place < to) {
                kept.add(user);
            } else {
                out.add(user.user());
            }
        }
        if (kept.isEmpty()) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s: none of %s is between %s and %s",
                            source,
                            Count.of(users.size(), "user"),
                            from,
                            to));
        }
        return new InteractionLog(source, kept, out, names);
    }

    /** Returns whether the interactions have times, not only an order. */
    public boolean hasTimes() {
        return users.stream().anyMatch(UserHistory::hasTimes);
    }

    /** Returns the distinct raw item ids of all users kept, ascending. */
    public long[] items() {
        return DistinctItems.of(users);
    }

    /** Returns the items of all users kept. */
    public Vocabulary vocabulary() {
        return Vocabulary.of(items(), names);
    }

    /** Returns the number of interactions of all users kept. */
    public long interactions() {
        return users.stream().mapToLong(UserHistory::size).sum();
    }
}
