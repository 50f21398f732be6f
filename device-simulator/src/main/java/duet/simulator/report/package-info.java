/**
 * Reports what a run has shown, as {@code summary.json} and as a self-contained {@code
 * report.html}, and makes one report of those of several runs.
 */
@NullMarked
package duet.simulator.report;

import org.jspecify.annotations.NullMarked;
