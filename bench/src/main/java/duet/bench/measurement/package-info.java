/**
 * Provides what the benchmarks share: the stack they run on, the pass-through job, backlogs of
 * windows, and drained runs.
 */
@NullMarked
package duet.bench.measurement;

import org.jspecify.annotations.NullMarked;
