/**
 * What is measured during a run: latencies per stage, counters, ranking quality, all of it over
 * time. Knows no clock.
 */
package duet.simulator.measurement;
