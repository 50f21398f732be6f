package duet.device;

/**
 * Holds scores of the same candidates by a device's own weights and by the global classifier, in
 * the candidates' order.
 *
 * @param personalized scores with the device's weights; equal to {@code global} before the first
 *     delta
 * @param global scores with the global classifier
 * @param deltaSequence {@link Device#lastSequence()} of the weights behind {@code personalized}, -1
 *     for the global ones
 */
public record ScoreComparison(float[] personalized, float[] global, long deltaSequence) {}
