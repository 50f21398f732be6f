/** Holds what all parts of a run share: its options, its clock and how it is ended. */
package duet.simulator.fleet;
