package duet.studies.experiment.cell;

import duet.interactions.LogReader;
import duet.model.data.CandidateLists;
import duet.model.data.EvaluationSplit;
import duet.model.data.InteractionLog;
import duet.model.evaluation.EvaluationTask;
import duet.schemas.bundle.Vocabulary;
import duet.studies.experiment.plan.DataSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** This class keeps the data of the last cell, which the next one mostly needs again. */
final class Logs {
    /** Candidates are drawn from this seed where no file names them, as in the other commands. */
    private static final long CANDIDATE_SEED = 7;

    private @Nullable DataSource source;
    private InteractionLog log;

    InteractionLog of(DataSource wanted) {
        if (!wanted.equals(source)) {
            log = LogReader.read(wanted.log()).log();
            source = wanted;
        }
        return log;
    }

    List<EvaluationTask> tasks(DataSource wanted, Vocabulary vocabulary) {
        EvaluationSplit split = EvaluationSplit.last(of(wanted));
        CandidateLists lists =
                wanted.candidates() == null
                        ? CandidateLists.draw(split, vocabulary, CANDIDATE_SEED)
                        : CandidateLists.read(wanted.candidates(), split, vocabulary);
        lists.requireAny(split);
        return EvaluationTask.of(split, lists);
    }
}
