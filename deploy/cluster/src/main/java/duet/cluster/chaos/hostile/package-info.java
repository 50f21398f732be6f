/**
 * Sends what no honest device sends, beside an honest fleet, and finds out what became of each
 * record of it.
 */
@NullMarked
package duet.cluster.chaos.hostile;

import org.jspecify.annotations.NullMarked;
