package duet.model.verdict;

import duet.model.data.SplitRule;
import duet.model.evaluation.MetricIntervals;
import duet.model.evaluation.OfflineEvaluation;
import duet.schemas.InvalidInputException;
import duet.schemas.bundle.Dimensions;
import duet.schemas.bundle.ModelBundle;
import duet.schemas.evaluation.UserRanking;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * Compares a model, user by user, with a control: the global model of another bundle, which a
 * device has without a cloud, such as one that reads the history it keeps itself.
 *
 * @param keeps how many of its newest items the control's device keeps; null where it reads no more
 *     than its window
 * @param control how the control ranks
 * @param minusGlobal the control's global model − the model's
 * @param personalizedMinus the personalized model − the control's global one
 * @param bothMinus the control's personalized model − the model's
 */
public record ControlComparison(
        @Nullable Integer keeps,
        OfflineEvaluation.Result control,
        MetricIntervals minusGlobal,
        MetricIntervals personalizedMinus,
        MetricIntervals bothMinus) {
    private static final String USER_AUC = "userAuc";

    /**
     * Compares.
     *
     * @param model measured
     * @param control measured on the same users and candidates
     * @param dimensions of the control
     */
    public static ControlComparison of(
            OfflineEvaluation.Result model,
            OfflineEvaluation.Result control,
            Dimensions dimensions) {
        List<UserRanking> alone = control.rankings().global();
        return new ControlComparison(
                dimensions.deviceMemoryDecays().isEmpty() ? null : dimensions.history(),
                control,
                MetricIntervals.ofDifferences(alone, model.rankings().global()),
                MetricIntervals.ofDifferences(model.rankings().personalized(), alone),
                MetricIntervals.ofDifferences(
                        control.rankings().personalized(), model.rankings().personalized()));
    }

    /**
     * Refuses a control that does not rank the same items, or saw another part of the log.
     *
     * @throws InvalidInputException naming what differs
     */
    public static void requireFit(ModelBundle model, ModelBundle control) {
        if (model.vocabulary().names().rule() != control.vocabulary().names().rule()
                || !Arrays.equals(model.vocabulary().ids(), control.vocabulary().ids())) {
            int items = model.vocabulary().size();
            int others = control.vocabulary().size();
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "the control %s knows %,d items, the model %s %,d%s: train both on the"
                                    + " same log",
                            control.modelVersion(),
                            others,
                            model.modelVersion(),
                            items,
                            items == others ? ", and not the same" : ""));
        }
        SplitRule split = SplitRule.recorded(model.manifest().trainingOptions());
        SplitRule other = SplitRule.recorded(control.manifest().trainingOptions());
        if (!split.equals(other)) {
            throw new InvalidInputException(
                    String.format(
                            Locale.ROOT,
                            "the control %s was trained with the split %s, the model %s with %s",
                            control.modelVersion(),
                            other,
                            model.modelVersion(),
                            split));
        }
    }

    /** Returns what the verdict goes by. */
    public Verdict.Device device() {
        return new Verdict.Device(
                keeps,
                minusGlobal.of(USER_AUC),
                personalizedMinus.of(USER_AUC),
                control.intervals().differenceByAge().get(0).of(USER_AUC),
                bothMinus.of(USER_AUC));
    }

    /**
     * Judges a model.
     *
     * @param measured at age 0 and, if need be, others
     * @param comparison with a control, or null
     */
    public static Verdict verdict(
            OfflineEvaluation.Result measured, @Nullable ControlComparison comparison) {
        SortedMap<Integer, MetricIntervals> byAge = measured.intervals().differenceByAge();
        int oldest = byAge.lastKey();
        return Verdict.of(
                byAge.get(0).of(USER_AUC),
                oldest == 0 ? null : new Verdict.Aged(oldest, byAge.get(oldest).of(USER_AUC)),
                comparison == null ? null : comparison.device());
    }
}
