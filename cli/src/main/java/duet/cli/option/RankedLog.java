package duet.cli.option;

import duet.model.data.CandidateLists;
import duet.model.data.EvaluationSplit;
import duet.model.data.SplitRule;
import duet.schemas.Quantity;
import duet.schemas.bundle.ModelBundle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Holds what is ranked: a model, and the users of a log with their candidates.
 *
 * @param trained the split that the model was trained with
 * @param leaks what of the log training saw that looks held out, a note each
 */
public record RankedLog(
        ModelBundle model,
        SplitRule trained,
        EvaluationSplit split,
        CandidateLists candidates,
        List<String> leaks) {

    /**
     * Returns what whoever reads the figures should know first: that the split is not the one of
     * the training, nor the part of the log, and how many users are skipped and why.
     */
    public List<String> notes() {
        List<String> notes = new ArrayList<>();
        SplitRule tested = split.rule();
        if (!tested.equals(trained)) {
            boolean laterOnly =
                    tested.time() != null
                            && trained.time() != null
                            && tested.time().isAfter(trained.time());
            notes.add(
                    laterOnly
                            ? String.format(
                                    Locale.ROOT,
                                    "Note: the model was trained with the split %s, earlier than"
                                            + " %s: it saw nothing of what is tested, nor of what"
                                            + " lies between",
                                    trained,
                                    tested)
                            : String.format(
                                    Locale.ROOT,
                                    "Note: the model was trained with the split %s, not %s: it may"
                                            + " have seen what is tested here (a leak)",
                                    trained,
                                    tested));
        }
        notes.addAll(leaks);
        if (candidates.skipped().count() > 0) {
            notes.add(
                    String.format(
                            Locale.ROOT,
                            "Skipped %,d of %s: %s",
                            candidates.skipped().count(),
                            Quantity.of(split.users().size(), "user"),
                            candidates.skipped().inWords()));
        }
        return notes;
    }
}
