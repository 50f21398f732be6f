package duet.model.evaluation;

import duet.model.data.CandidateLists;
import duet.model.data.EvaluationSplit;
import java.util.List;

/**
 * Describes one user to be ranked for among all items that the user never touched.
 *
 * @param user id as in the data, for messages
 * @param history raw ids of all items before the positive, oldest first
 * @param positive raw id of the item the user took next
 * @param touched raw ids of all items the user ever touched, which are no negatives
 */
public record CatalogueTask(String user, long[] history, long positive, long[] touched) {

    /** Makes the tasks of all users who have a list, whatever the lists name. */
    public static List<CatalogueTask> of(EvaluationSplit split, CandidateLists lists) {
        return split.users().stream()
                .filter(user -> lists.of(user).isPresent())
                .map(
                        user ->
                                new CatalogueTask(
                                        user.user(),
                                        split.testHistory(user),
                                        split.testPositive(user),
                                        user.items()))
                .toList();
    }
}
