/** Holds the records behind {@code summary.json}: what a run comes to. */
package duet.simulator.summary;
