/**
 * Lays out samples of a log as the networks read them: histories, positives, negatives, in shuffled
 * order.
 */
@NullMarked
package duet.model.training.sample;

import org.jspecify.annotations.NullMarked;
