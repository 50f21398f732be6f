/** Holds what all parts of a run share: its options, its clock and how it is ended. */
@NullMarked
package duet.simulator.fleet;

import org.jspecify.annotations.NullMarked;
