/**
 * Measures a run: latencies per stage, counters, ranking quality, all of it over time. Nothing here
 * knows a clock.
 */
@NullMarked
package duet.simulator.measurement;

import org.jspecify.annotations.NullMarked;
