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
 * @param otherPart where the part of the log is not the one of the training, and holds what that
 *     saw: what looks held out and is not, in words
 */
public record RankedLog(
        ModelBundle model,
        SplitRule trained,
        EvaluationSplit split,
        CandidateLists candidates,
        List<String> otherPart) {

    /** Returns what of that which looks held out training may have seen, and why, in words. */
    public List<String> leaks() {
        List<String> leaks = new ArrayList<>();
        if (!split.rule().equals(trained) && !isLater()) {
            leaks.add(
                    String.format(
                            Locale.ROOT,
                            "the model was trained with the split %s, not %s: it may have seen what"
                                    + " is tested here (a leak)",
                            trained,
                            split.rule()));
        }
        leaks.addAll(otherPart);
        return leaks;
    }

    private boolean isLater() {
        return split.rule().time() != null
                && trained.time() != null
                && split.rule().time().isAfter(trained.time());
    }

    /**
     * Returns what whoever reads the figures should know first: that the split is not the one of
     * the training, nor the part of the log, and how many users are skipped and why.
     */
    public List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (isLater()) {
            notes.add(
                    String.format(
                            Locale.ROOT,
                            "Note: the model was trained with the split %s, earlier than %s: it"
                                    + " saw nothing of what is tested, nor of what lies between",
                            trained,
                            split.rule()));
        }
        leaks().forEach(leak -> notes.add("Note: " + leak));
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
