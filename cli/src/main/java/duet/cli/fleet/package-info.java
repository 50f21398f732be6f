/** Holds the commands that run or show a fleet: demo, replay, simulate and report. */
@NullMarked
package duet.cli.fleet;

import org.jspecify.annotations.NullMarked;
