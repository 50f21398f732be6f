/** Measures the ranking quality of a bundle, offline. */
@NullMarked
package duet.model.evaluation;

import org.jspecify.annotations.NullMarked;
