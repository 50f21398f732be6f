/** Tells how surely means over users, and ratios of them, are known. */
@NullMarked
package duet.model.statistics;

import org.jspecify.annotations.NullMarked;
