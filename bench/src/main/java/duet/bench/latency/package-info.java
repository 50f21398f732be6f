/**
 * Latency of the job at rates that are shares of its limit, against a job that passes records
 * through.
 */
package duet.bench.latency;
