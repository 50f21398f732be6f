/** Runs a fleet from its start to its summary, and searches for the highest rate. */
@NullMarked
package duet.simulator.fleet.run;

import org.jspecify.annotations.NullMarked;
