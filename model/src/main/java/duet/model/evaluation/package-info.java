/** Ranking quality of a bundle, offline. */
package duet.model.evaluation;
