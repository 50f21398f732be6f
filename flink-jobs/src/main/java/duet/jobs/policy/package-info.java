/**
 * This package decides when a device gets a delta: it holds the policies, what they decide on, and
 * what is remembered of the delta sent last. It is plain Java: nothing here knows Flink or Kafka,
 * reads a clock or draws without a seed.
 */
@NullMarked
package duet.jobs.policy;

import org.jspecify.annotations.NullMarked;
