/**
 * Decides what devices do: which interactions they make, when they send which window, and what they
 * should rank. It is pure: no Kafka, no clock; every choice follows from a seed, so the same
 * options give the same sequence.
 */
@NullMarked
package duet.simulator.workload;

import org.jspecify.annotations.NullMarked;
