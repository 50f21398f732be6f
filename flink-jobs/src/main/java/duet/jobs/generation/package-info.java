/**
 * This package leads from windows to deltas: the micro-batch of devices, the generator behind an
 * interface, the assembly of deltas and dead letters. It is plain Java: nothing here knows Flink or
 * Kafka.
 */
@NullMarked
package duet.jobs.generation;

import org.jspecify.annotations.NullMarked;
