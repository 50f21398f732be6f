/** Shows a run of a fleet as a live page on localhost. */
package duet.simulator.dashboard;
