/** Keeps the accounts of a run: its devices and windows, and whether the load generator kept up. */
@NullMarked
package duet.simulator.fleet.account;

import org.jspecify.annotations.NullMarked;
