/**
 * This package holds what the job reads and writes: records of Kafka, side outputs, event time and
 * silent inputs.
 */
@NullMarked
package duet.jobs.io;

import org.jspecify.annotations.NullMarked;
