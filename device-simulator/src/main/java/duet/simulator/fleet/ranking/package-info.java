/** What devices rank while a run goes on and at its end, and the model versions they run. */
package duet.simulator.fleet.ranking;
