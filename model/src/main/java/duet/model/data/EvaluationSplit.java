package duet.model.data;

import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Vocabulary;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * Tells which role the evaluation protocol gives each interaction of a log
 * (docs/research/findings.md). One interaction of a user is the test positive and nothing but the
 * final measurement sees it or what comes after it. Of the m items before it, counted from 0, item
 * m-1 is the validation positive that selects models; items 1 to m-2 are training positives; item 0
 * is history only. The history of an item are the items before it.
 *
 * <p>Which one is the test positive is the difference between two kinds of split: a user's last
 * interaction, or the first at or after a time that is the same for all users. A split is not
 * thread-safe.
 */
public final class EvaluationSplit {
    private final InteractionLog log;
    private final @Nullable Long time;
    private @Nullable Vocabulary vocabulary; // made when it is asked for, from the whole log

    private EvaluationSplit(InteractionLog log, @Nullable Long time) {
        this.log = log;
        this.time = time;
    }

    /** Returns the split that tests every user's last interaction. */
    public static EvaluationSplit last(InteractionLog log) {
        return new EvaluationSplit(log, null);
    }

    /**
     * Returns the split that tests every user's first interaction at or after a time.
     *
     * @param time in the unit of the log's timestamps, milliseconds since the epoch
     * @throws InvalidInputException if the log has no times
     */
    public static EvaluationSplit at(InteractionLog log, long time) {
        if (!log.hasTimes()) {
            throw new InvalidInputException(
                    log.source() + ": has no times, so that it cannot be split at one");
        }
        return new EvaluationSplit(log, time);
    }

    /**
     * Returns this split, which can be trained on.
     *
     * @throws InvalidInputException if the log has a single user or a single item before the test
     *     positives: nothing can be told apart
     */
    public EvaluationSplit forTraining() {
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
        if (vocabulary().size() < 2) {
            throw new InvalidInputException(
                    log.source()
                            + ": training needs at least 2 items"
                            + (time == null ? "" : " before the time of the split"));
        }
        if (users().stream().noneMatch(user -> trainingPositives(user) > 0)) {
            throw new InvalidInputException(
                    log.source()
                            + ": no user has the 3 interactions before the time of the split that"
                            + " training needs");
        }
        return this;
    }

    /** Returns the rule that gives this split of any part of the log. */
    public SplitRule rule() {
        return time == null ? SplitRule.LAST : SplitRule.at(Instant.ofEpochMilli(time));
    }

    public InteractionLog log() {
        return log;
    }

    public List<UserHistory> users() {
        return log.users();
    }

    /**
     * Returns the items that a model may know: all of the log, or with a time those that somebody
     * touched before it.
     */
    public Vocabulary vocabulary() {
        if (vocabulary == null) {
            vocabulary =
                    time == null
                            ? log.vocabulary()
                            : Vocabulary.of(
                                    DistinctItems.of(users(), this::testPosition), log.names());
        }
        return vocabulary;
    }

    /**
     * Returns the position of the test positive in a user's history; with a time the number of
     * interactions where none comes after it.
     */
    public int testPosition(UserHistory user) {
        return time == null ? user.size() - 1 : firstNotBefore(user.timestamps(), time);
    }

    /** Returns whether a user has a test positive. */
    public boolean hasTest(UserHistory user) {
        return testPosition(user) < user.size();
    }

    /** Returns whether a user has a validation positive with something before it. */
    public boolean hasValidation(UserHistory user) {
        return validationPosition(user) > 0;
    }

    /**
     * Returns the position of the validation positive in a user's history; below 1 where there is
     * none.
     */
    public int validationPosition(UserHistory user) {
        return testPosition(user) - 1;
    }

    /** Returns the item a user's ranking is measured on. */
    public long testPositive(UserHistory user) {
        return user.items()[testPosition(user)];
    }

    /** Returns everything before the test positive, oldest first; a copy. */
    public long[] testHistory(UserHistory user) {
        return user.itemsBefore(testPosition(user));
    }

    /** Returns the number of training positives of a user. */
    public int trainingPositives(UserHistory user) {
        return Math.max(0, testPosition(user) - 2);
    }

    /** Returns the raw ids of all interactions that training may learn from, one by one. */
    LongStream trainingItems() {
        return users().stream()
                .flatMapToLong(
                        user ->
                                Arrays.stream(user.items())
                                        .limit(Math.max(0, validationPosition(user))));
    }

    private static int firstNotBefore(long[] ascending, long time) {
        int low = 0;
        int high = ascending.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ascending[middle] < time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
