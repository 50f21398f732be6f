package duet.simulator.fleet;

/**
 * How far a run is.
 *
 * @param phase what it is doing
 * @param seconds since the start
 * @param expectedSeconds how long sending takes
 * @param windows sent so far
 * @param expectedWindows to be sent in all
 * @param deltas different deltas received
 * @param coalesced windows answered by a delta made for a newer window
 * @param deadLetters windows that ended in the dead letters
 * @param unanswered windows on their way
 * @param sentBehind windows sent later than meant by more than the tolerance
 * @param unsent arrivals of the schedule that were not sent, because it was too late for them
 * @param heldOffline windows that devices without a connection held back until they had one
 * @param lostUp windows that the simulated network lost
 * @param lostDown deltas that it lost
 * @param p50Millis median from event to applied so far
 * @param p99Millis 99th percentile of the same
 * @param bytesPerDelta mean size of a delta so far
 * @param rankings rankings by devices that held a delta
 * @param globalUserAuc their mean user AUC with the global weights, NaN without rankings
 * @param personalizedUserAuc their mean user AUC with the devices' own weights, NaN without rankings
 */
public record Progress(
        Phase phase,
        double seconds,
        double expectedSeconds,
        long windows,
        long expectedWindows,
        long deltas,
        long coalesced,
        long deadLetters,
        long unanswered,
        long sentBehind,
        long unsent,
        long heldOffline,
        long lostUp,
        long lostDown,
        double p50Millis,
        double p99Millis,
        double bytesPerDelta,
        long rankings,
        double globalUserAuc,
        double personalizedUserAuc) {
    /** What a fleet is doing. */
    public enum Phase {
        SENDING,
        /** Everything is sent, answers are on their way. */
        WAITING,
        OVER
    }
}
