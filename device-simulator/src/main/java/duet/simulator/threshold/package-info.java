/**
 * Reads thresholds that a run has to keep, from texts such as {@code p99 < 100 ms}. Nothing here
 * knows a run: values are handed in.
 */
@NullMarked
package duet.simulator.threshold;

import org.jspecify.annotations.NullMarked;
