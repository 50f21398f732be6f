package duet.simulator.report;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import duet.simulator.measurement.LatencySummary;
import java.util.Map;

/**
 * The first part of a run, which no headline figure counts.
 *
 * @param seconds its length from the start of the run
 * @param delivery what went out of the windows meant to be sent in it, and what came back for them
 * @param latencyMs their latency per stage in milliseconds, by {@link duet.simulator.measurement.Stage#key}
 */
@JsonPropertyOrder({"seconds", "delivery", "latencyMs"})
public record WarmUp(double seconds, Delivery delivery, Map<String, LatencySummary> latencyMs) {}
