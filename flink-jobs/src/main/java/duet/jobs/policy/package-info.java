/**
 * When a device gets a delta: policies, what they decide on, and what is remembered of the delta
 * sent last. Plain Java: nothing here knows Flink or Kafka, reads a clock or draws without a seed.
 */
package duet.jobs.policy;
