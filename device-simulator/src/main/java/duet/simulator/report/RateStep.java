package duet.simulator.report;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import duet.simulator.measurement.LatencySummary;

/**
 * One rate that a search tried.
 *
 * @param perSecond rate in windows a second that was meant
 * @param achievedPerSecond rate at which windows were really sent
 * @param latencyMs milliseconds from event to applied, of the steady state
 * @param value what the search's threshold is about, in its unit; null where it could not be measured
 * @param met whether the threshold holds at this rate
 * @param bottleneck whether the load generator limited the step, which then says nothing about the system
 */
@JsonPropertyOrder({"perSecond", "achievedPerSecond", "latencyMs", "value", "met", "bottleneck"})
public record RateStep(
        double perSecond,
        double achievedPerSecond,
        LatencySummary latencyMs,
        Double value,
        boolean met,
        boolean bottleneck) {}
