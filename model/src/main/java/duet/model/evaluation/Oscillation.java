package duet.model.evaluation;

/**
 * Tells how much one more interaction changes the weights of a device and what it shows.
 *
 * @param pairs consecutive deltas that were compared
 * @param relativeChange mean of the norm of the difference over the norm of the later delta, over
 *     all dynamic layers
 * @param topTenChange mean share of the ten best candidates that changes, on the same window
 */
public record Oscillation(long pairs, double relativeChange, double topTenChange) {}
