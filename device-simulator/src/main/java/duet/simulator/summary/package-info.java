/** Holds the records behind {@code summary.json}: what a run comes to. */
@NullMarked
package duet.simulator.summary;

import org.jspecify.annotations.NullMarked;
