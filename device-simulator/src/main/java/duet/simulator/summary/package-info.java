/** What a run comes to: the records behind {@code summary.json}. */
package duet.simulator.summary;
