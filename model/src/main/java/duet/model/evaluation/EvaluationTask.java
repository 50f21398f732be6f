package duet.model.evaluation;

import duet.model.data.CandidateLists;
import duet.model.data.EvaluationSplit;
import duet.model.data.UserHistory;
import java.util.Arrays;
import java.util.List;

/**
 * Describes one user to be ranked for.
 *
 * @param user id as in the data, for messages
 * @param history raw ids of all items before the positive, oldest first
 * @param positive raw id of the item the user took next
 * @param negatives raw ids of items the user never touched, at least one
 */
public record EvaluationTask(String user, long[] history, long positive, long[] negatives) {

    /**
     * Makes the tasks of the evaluation protocol: the test item, among its candidates, of every
     * user who has some.
     */
    public static List<EvaluationTask> of(EvaluationSplit split, CandidateLists candidates) {
        return split.users().stream()
                .flatMap(user -> candidates.of(user).map(list -> task(split, user, list)).stream())
                .toList();
    }

    private static EvaluationTask task(
            EvaluationSplit split, UserHistory user, CandidateLists.Candidates candidates) {
        return new EvaluationTask(
                user.user(),
                split.testHistory(user),
                candidates.positive(),
                candidates.negatives());
    }

    /** Returns the task of a user of whom only the newest interactions are known. */
    public EvaluationTask newest(int count) {
        return new EvaluationTask(
                user,
                Arrays.copyOfRange(history, Math.max(0, history.length - count), history.length),
                positive,
                negatives);
    }

    /** Returns the positive, then the negatives. */
    public long[] candidates() {
        long[] all = new long[negatives.length + 1];
        all[0] = positive;
        System.arraycopy(negatives, 0, all, 1, negatives.length);
        return all;
    }
}
