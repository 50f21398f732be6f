/**
 * How many windows a second the job answers, against a job that passes records of the same sizes
 * through.
 */
package duet.bench.pipeline;
