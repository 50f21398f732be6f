package duet.simulator.measurement;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * Summarizes one phase of a run.
 *
 * @param name what went on
 * @param fromSecond when it began, seconds since the start of the run
 * @param seconds how long it lasted
 * @param latencyMs milliseconds from event to applied, of the windows whose delta was applied in it
 */
@JsonPropertyOrder({"name", "fromSecond", "seconds", "latencyMs"})
public record PhaseSummary(
        String name, double fromSecond, double seconds, LatencySummary latencyMs) {}
