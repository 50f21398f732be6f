/**
 * Reports what a run has shown, as values, as {@code summary.json} and as a self-contained {@code
 * report.html}.
 */
@NullMarked
package duet.simulator.report;

import org.jspecify.annotations.NullMarked;
