package duet.simulator.summary;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import duet.simulator.measurement.LatencySummary;
import java.util.List;

/**
 * Says how well the load generator itself kept up: where it did not, the figures of the run say
 * more about it than about the system under load.
 *
 * @param bottleneck whether the load generator limited the run
 * @param brokersSlow whether windows left late, or never, because the brokers took fewer than were
 *     sent
 * @param reasons where either holds: why, a sentence each
 * @param sendDelayMs milliseconds from the intended send time to the send call
 * @param unsent arrivals of the schedule that were never sent
 * @param behind windows sent later than meant by more than the tolerance
 * @param processorShare share of the machine's processor time that this process used while it sent,
 *     0 to 1
 * @param longestPauseMs longest pause of this JVM for garbage collection while it sent,
 *     milliseconds
 */
@JsonPropertyOrder({
    "bottleneck",
    "brokersSlow",
    "reasons",
    "sendDelayMs",
    "unsent",
    "behind",
    "processorShare",
    "longestPauseMs"
})
public record LoadGenerator(
        boolean bottleneck,
        boolean brokersSlow,
        List<String> reasons,
        LatencySummary sendDelayMs,
        long unsent,
        long behind,
        double processorShare,
        double longestPauseMs) {}
