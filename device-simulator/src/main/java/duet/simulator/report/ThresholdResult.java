package duet.simulator.report;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * What became of a threshold.
 *
 * @param text the threshold, for example {@code p99 < 100 ms}
 * @param value what was measured, in the threshold's own unit; null where the run did not measure it
 * @param met whether the threshold holds; never where the run did not measure it
 */
@JsonPropertyOrder({"text", "value", "met"})
public record ThresholdResult(String text, Double value, boolean met) {}
