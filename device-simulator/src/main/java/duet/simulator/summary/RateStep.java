package duet.simulator.summary;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import duet.simulator.measurement.LatencySummary;
import org.jspecify.annotations.Nullable;

/**
 * A step is one rate that a search tried.
 *
 * @param perSecond rate in windows a second that was meant
 * @param achievedPerSecond rate at which windows were really sent
 * @param latencyMs milliseconds from event to applied, of the steady state
 * @param value what the search's threshold is about, in its unit; null where it could not be
 *     measured
 * @param met whether the threshold holds at this rate
 * @param bottleneck whether the load generator limited the step, which then says nothing about the
 *     system
 * @param noAnswer whether the brokers stopped to answer, which ended the search: nothing was
 *     measured then
 */
@JsonPropertyOrder({
    "perSecond",
    "achievedPerSecond",
    "latencyMs",
    "value",
    "met",
    "bottleneck",
    "noAnswer"
})
public record RateStep(
        double perSecond,
        double achievedPerSecond,
        LatencySummary latencyMs,
        @Nullable Double value,
        boolean met,
        boolean bottleneck,
        boolean noAnswer) {
    /** Says what a step came to. */
    public enum Outcome {
        KEPT("kept"),
        MISSED("missed"),
        LOAD_GENERATOR("load generator"),
        NO_ANSWER("no answer from the broker");

        private final String text;

        Outcome(String text) {
            this.text = text;
        }

        /** Returns the text for a cell of a table. */
        public String text() {
            return text;
        }
    }

    /** Returns a step that the brokers were lost in. */
    public static RateStep withoutAnswer(double perSecond) {
        return new RateStep(
                perSecond, 0, new LatencySummary(0, 0, 0, 0, 0, 0, 0), null, false, false, true);
    }

    /** Returns what the step came to. */
    public Outcome outcome() {
        if (noAnswer) {
            return Outcome.NO_ANSWER;
        }
        if (bottleneck) {
            return Outcome.LOAD_GENERATOR;
        }
        return met ? Outcome.KEPT : Outcome.MISSED;
    }
}
