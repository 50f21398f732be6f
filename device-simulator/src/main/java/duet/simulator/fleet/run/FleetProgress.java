package duet.simulator.fleet.run;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * Says how far a run is. JSON has the groups flat, in their order.
 *
 * @param phase what it is doing
 * @param time how long it runs
 * @param windows what became of the windows
 * @param sending how sending goes
 * @param network what the simulated network did
 * @param latency from event to applied so far
 * @param bytesPerDelta mean size of a delta so far
 * @param quality of the rankings so far
 */
public record FleetProgress(
        Phase phase,
        @JsonUnwrapped Time time,
        @JsonUnwrapped Windows windows,
        @JsonUnwrapped Sending sending,
        @JsonUnwrapped Network network,
        @JsonUnwrapped Latency latency,
        double bytesPerDelta,
        @JsonUnwrapped Quality quality) {
    /** Says what a fleet is doing. */
    public enum Phase {
        SENDING,
        /** Everything is sent, answers are on their way. */
        WAITING,
        OVER
    }

    /**
     * Says how long the run takes.
     *
     * @param seconds since the start
     * @param expectedSeconds how long sending takes
     */
    public record Time(double seconds, double expectedSeconds) {}

    /**
     * Says what became of the windows.
     *
     * @param sent so far
     * @param expected to be sent in all
     * @param deltas different deltas received
     * @param coalesced windows answered by a delta made for a newer window
     * @param deadLetters windows that ended in the dead letters
     * @param unanswered windows on their way
     */
    public record Windows(
            @JsonProperty("windows") long sent,
            @JsonProperty("expectedWindows") long expected,
            long deltas,
            long coalesced,
            long deadLetters,
            long unanswered) {}

    /**
     * Says how sending goes.
     *
     * @param sentBehind windows sent later than meant by more than the tolerance
     * @param unsent arrivals of the schedule that were not sent, because it was too late for them
     */
    public record Sending(long sentBehind, long unsent) {}

    /**
     * Says what the simulated network did.
     *
     * @param heldOffline windows that devices without a connection held back until they had one
     * @param lostUp windows that it lost
     * @param lostDown deltas that it lost
     */
    public record Network(long heldOffline, long lostUp, long lostDown) {}

    /**
     * Says how long it took from event to applied.
     *
     * @param p50Millis median
     * @param p99Millis 99th percentile
     */
    public record Latency(double p50Millis, double p99Millis) {}

    /**
     * Says how well devices that held a delta ranked.
     *
     * @param rankings their number
     * @param globalUserAuc their mean user AUC with the global weights, NaN without rankings
     * @param personalizedUserAuc their mean user AUC with the devices' own weights, NaN without
     *     rankings
     */
    public record Quality(long rankings, double globalUserAuc, double personalizedUserAuc) {}
}
