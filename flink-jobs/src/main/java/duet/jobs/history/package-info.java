/**
 * This package holds what the job remembers of a device: its newest interactions, merged from
 * overlapping, repeated, late and gapped windows. It is plain Java: nothing here knows Flink or
 * Kafka.
 */
@NullMarked
package duet.jobs.history;

import org.jspecify.annotations.NullMarked;
