package duet.studies.experiment.plan;

import duet.schemas.record.Encoding;
import java.util.List;

/**
 * These parts of an evaluation are measured of a trained model. Ranking by the global and by the
 * personalized model at age 0 always is.
 *
 * @param ages further ages of the deltas, in interactions
 * @param historyLengths newest interactions that cloud and device know, for cold start
 * @param controls whether deltas of other devices and the mean delta are ranked with
 * @param oscillation deltas of a device, one interaction after the other, that are compared; 0 for
 *     none
 * @param encodings encodings of the delta whose size, loss and time are measured
 * @param deviceTime whether a device's ranking is timed
 * @param fineTune users the global model is fine-tuned for, 0 for none
 * @param validation whether the validation items are ranked, too, to choose among variants by
 */
public record EvaluationParts(
        List<Integer> ages,
        List<Integer> historyLengths,
        boolean controls,
        int oscillation,
        List<Encoding> encodings,
        boolean deviceTime,
        int fineTune,
        boolean validation) {

    /** Returns what is measured where a plan says nothing. */
    public static EvaluationParts defaults() {
        return new EvaluationParts(
                List.of(0, 5, 10, 20, 50),
                List.of(1, 2, 5, 10, 20, 50, 100),
                true,
                0,
                List.of(),
                false,
                0,
                false);
    }

    /** Returns these parts and the ranking of the validation items. */
    EvaluationParts withValidation() {
        return new EvaluationParts(
                ages, historyLengths, controls, oscillation, encodings, deviceTime, fineTune, true);
    }
}
