/**
 * Measures the latency of the job at rates that are shares of its limit, against a job that passes
 * records through.
 */
@NullMarked
package duet.bench.latency;

import org.jspecify.annotations.NullMarked;
