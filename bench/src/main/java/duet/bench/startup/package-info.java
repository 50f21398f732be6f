/** How long it takes from the start of a process to the first delta on a device. */
package duet.bench.startup;
