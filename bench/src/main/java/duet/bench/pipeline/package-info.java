/**
 * Measures how many windows a second the job answers, against a job that passes records of the same
 * sizes through.
 */
@NullMarked
package duet.bench.pipeline;

import org.jspecify.annotations.NullMarked;
