package duet.studies.gating;

import duet.schemas.record.WeightDelta;
import duet.simulator.workload.ScheduledWindow;
import org.jspecify.annotations.Nullable;

/**
 * This is a window with what the job could answer.
 *
 * @param window as the device sent it
 * @param embedding distribution embedding of the device's history after it, weighed as the delta
 *     is; null where the model knows no item of the history, so that there is no answer
 * @param delta the answer; null where the embedding is
 */
record Answerable(
        ScheduledWindow window, float @Nullable [] embedding, @Nullable WeightDelta delta) {
    /** Returns whether there is an answer at all. */
    boolean isAnswerable() {
        return delta != null;
    }

    /** Returns when the device sent the window, in milliseconds since the start of the stream. */
    long sentAtMillis() {
        return window.offsetMicros() / 1_000;
    }
}
