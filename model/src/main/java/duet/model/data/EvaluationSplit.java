package duet.model.data;

import duet.schemas.InvalidInputException;
import java.util.List;
import java.util.Locale;

/**
 * Tells which role the evaluation protocol gives each interaction of a log
 * (docs/research/findings.md). Of a user's n items, counted from 0: item n-1 is the test positive
 * and nothing but the final measurement sees it; item n-2, the last training item, is the
 * validation positive that selects models; items 1 to n-3 are training positives; item 0 is history
 * only. The history of an item are the items before it.
 *
 * @param log the interactions
 */
public record EvaluationSplit(InteractionLog log) {

    /**
     * Returns a split that can be trained on.
     *
     * @throws InvalidInputException if the log has a single user or a single item: nothing can be
     *     told apart
     */
    public static EvaluationSplit forTraining(InteractionLog log) {
        if (log.users().size() < 2) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "%s: training needs at least 2 users with %d interactions, there is"
                                    + " only user %s",
                            log.source(),
                            InteractionLog.MIN_INTERACTIONS,
                            log.users().get(0).user()));
        }
        if (log.items().length < 2) {
            throw new InvalidInputException(log.source() + ": training needs at least 2 items");
        }
        return new EvaluationSplit(log);
    }

    public List<UserHistory> users() {
        return log.users();
    }

    /** Returns the position of the test positive in a user's history. */
    public static int testPosition(UserHistory user) {
        return user.size() - 1;
    }

    /** Returns the position of the validation positive in a user's history. */
    public static int validationPosition(UserHistory user) {
        return user.size() - 2;
    }

    /** Returns the item a user's ranking is measured on. */
    public static long testPositive(UserHistory user) {
        return user.items()[testPosition(user)];
    }

    /** Returns everything before the test positive, oldest first; a copy. */
    public static long[] testHistory(UserHistory user) {
        return user.itemsBefore(testPosition(user));
    }

    /** Returns the number of training positives of a user: items 1 to n-3. */
    public static int trainingPositives(UserHistory user) {
        return user.size() - 3;
    }
}
