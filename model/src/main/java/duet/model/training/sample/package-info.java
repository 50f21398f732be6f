/**
 * Samples of a log as the networks read them: histories, positives, negatives, in shuffled order.
 */
package duet.model.training.sample;
