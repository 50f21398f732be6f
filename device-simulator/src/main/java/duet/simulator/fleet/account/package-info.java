/** What a run keeps of its devices and windows, and whether the load generator kept up. */
package duet.simulator.fleet.account;
