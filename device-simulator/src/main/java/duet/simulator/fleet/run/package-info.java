/** Runs a fleet from its start to its summary, and searches for the highest rate. */
package duet.simulator.fleet.run;
