/** Shows a run of a fleet as a live page on localhost. */
@NullMarked
package duet.simulator.dashboard;

import org.jspecify.annotations.NullMarked;
