package duet.simulator.measurement;

/**
 * A point of a percentile curve.
 *
 * @param percentile 0 to 100
 * @param millis this share of the values is at most so many milliseconds
 */
public record CurvePoint(double percentile, double millis) {}
