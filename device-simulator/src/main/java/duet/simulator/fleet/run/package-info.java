/** A run of a fleet from its start to its summary, and the search for the highest rate. */
package duet.simulator.fleet.run;
