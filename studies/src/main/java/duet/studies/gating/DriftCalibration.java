package duet.studies.gating;

import duet.jobs.policy.Candidate;
import duet.jobs.policy.DriftPolicy;
import duet.jobs.policy.SentDelta;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The calibration finds the thresholds of drift at which the windows of a stream are answered as
 * often as is wanted: thresholds are tried on what the deltas would have been made from.
 */
final class DriftCalibration {
    private static final double LEAST_THRESHOLD = 1e-6;
    private static final int HALVINGS = 40;

    private final int devices;
    private final List<Answer> answers = new ArrayList<>();
    private long windows;

    /** This is what a window's answer would have been made from. */
    private record Answer(int device, SentDelta delta) {}

    DriftCalibration(int devices) {
        this.devices = devices;
    }

    void add(Answerable answer) {
        windows++;
        if (answer.isAnswerable()) {
            answers.add(
                    new Answer(
                            answer.window().device(),
                            SentDelta.of(answer.delta().getModelVersion(), answer.embedding(), 0)));
        }
    }

    /** Returns the share of the windows that the policy drift answers at a threshold of 0 to 2. */
    double answered(double threshold) {
        DriftPolicy policy = new DriftPolicy(threshold, 0);
        @Nullable SentDelta[] sent = new @Nullable SentDelta[devices];
        long answered = 0;
        for (Answer answer : answers) {
            double drift = answer.delta().driftFrom(sent[answer.device()]);
            if (policy.sends(new Candidate(drift, 0, 1))) {
                sent[answer.device()] = answer.delta();
                answered++;
            }
        }
        return (double) answered / windows;
    }

    /**
     * Returns the threshold, 0 to 2, at which no more than about this share of the windows is
     * answered.
     */
    double threshold(double share) {
        double low = Math.log(LEAST_THRESHOLD);
        double high = Math.log(SentDelta.MOST_DRIFT);
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (answered(Math.exp(middle)) > share) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return Math.min(SentDelta.MOST_DRIFT, Math.exp(high));
    }
}
