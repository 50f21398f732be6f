/**
 * What the benchmarks share: the stack they run on, the pass-through job, backlogs of windows, and
 * drained runs.
 */
package duet.bench.measurement;
