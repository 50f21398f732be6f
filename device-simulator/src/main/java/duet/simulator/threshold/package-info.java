/**
 * Thresholds a run has to keep, as texts such as {@code p99 < 100 ms}. Knows no run: values are
 * handed in.
 */
package duet.simulator.threshold;
