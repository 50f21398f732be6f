/**
 * Ranks for the devices while a run goes on and at its end, and keeps the model versions they run.
 */
@NullMarked
package duet.simulator.fleet.ranking;

import org.jspecify.annotations.NullMarked;
