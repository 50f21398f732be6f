package duet.studies.experiment.cell;

import duet.interactions.LogReader;
import duet.model.data.CandidateLists;
import duet.model.data.EvaluationSplit;
import duet.model.data.InteractionLog;
import duet.model.data.UserHistory;
import duet.model.evaluation.EvaluationTask;
import duet.schemas.bundle.Vocabulary;
import duet.studies.experiment.cell.CellResult.RankedUsers;
import duet.studies.experiment.plan.DataSource;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** This class keeps the data of the last cell, which the next one mostly needs again. */
final class Logs {
    /** Candidates are drawn from this seed where no file names them, as in the other commands. */
    private static final long CANDIDATE_SEED = 7;

    private @Nullable DataSource source;
    private EvaluationSplit split;

    InteractionLog of(DataSource wanted) {
        return split(wanted).log();
    }

    /** Returns the log, and what of it is tested. */
    EvaluationSplit split(DataSource wanted) {
        if (!wanted.equals(source)) {
            split = wanted.split().of(LogReader.read(wanted.log()).log());
            source = wanted;
        }
        return split;
    }

    /**
     * This record holds what is ranked of a log.
     *
     * @param tasks of the users who can be ranked for
     * @param medianLength of their lists, the positive included
     * @param users who that is
     */
    record Ranked(List<EvaluationTask> tasks, int medianLength, RankedUsers users) {}

    /**
     * Returns the tasks of ranking each user's last training item among negatives drawn with a
     * fixed seed; users without one, or with one that the model does not know, are left out.
     */
    static List<EvaluationTask> validation(EvaluationSplit split, Vocabulary vocabulary) {
        CandidateLists lists = CandidateLists.draw(split, vocabulary, CANDIDATE_SEED + 1);
        List<EvaluationTask> tasks = new ArrayList<>();
        for (UserHistory user : split.users()) {
            if (!split.hasValidation(user)) {
                continue;
            }
            int position = split.validationPosition(user);
            long positive = user.items()[position];
            if (vocabulary.indexOf(positive) != 0) {
                lists.of(user)
                        .ifPresent(
                                list ->
                                        tasks.add(
                                                new EvaluationTask(
                                                        user.user(),
                                                        user.itemsBefore(position),
                                                        positive,
                                                        list.negatives())));
            }
        }
        return tasks;
    }

    Ranked ranked(DataSource wanted, Vocabulary vocabulary) {
        EvaluationSplit tested = split(wanted);
        CandidateLists lists =
                wanted.candidates() == null
                        ? CandidateLists.draw(tested, vocabulary, CANDIDATE_SEED)
                        : CandidateLists.read(wanted.candidates(), tested, vocabulary);
        return new Ranked(
                EvaluationTask.of(tested, lists),
                lists.lengths(tested, vocabulary).median(),
                new RankedUsers(
                        lists.byUser().size(),
                        tested.users().size(),
                        new TreeMap<>(lists.skipped().byReason())));
    }
}
