/**
 * This package holds what the job reads and writes: records of Kafka, side outputs, event time and
 * silent inputs.
 */
package duet.jobs.io;
