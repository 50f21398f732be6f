/** Holds the commands that run or show a fleet: demo, replay, simulate and report. */
package duet.cli.fleet;
