package duet.simulator.summary;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import duet.simulator.measurement.LatencySummary;
import java.util.Map;

/**
 * Holds the first part of a run, whose latencies and rate no other figure counts.
 *
 * @param seconds its length from the start of the run
 * @param delivery what had gone out and come back by its end; part of the whole run's
 * @param latencyMs latency per stage of the windows meant to be sent in it, in milliseconds, by
 *     {@link duet.simulator.measurement.Stage#key}
 */
@JsonPropertyOrder({"seconds", "delivery", "latencyMs"})
public record WarmUp(double seconds, Delivery delivery, Map<String, LatencySummary> latencyMs) {}
