/** Trains the universal meta network and the parameter generator. */
@NullMarked
package duet.model.training;

import org.jspecify.annotations.NullMarked;
