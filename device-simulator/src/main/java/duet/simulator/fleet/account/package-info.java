/** Keeps the accounts of a run: its devices and windows, and whether the load generator kept up. */
package duet.simulator.fleet.account;
