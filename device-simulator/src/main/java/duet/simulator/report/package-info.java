/**
 * Reports what a run has shown, as values, as {@code summary.json} and as a self-contained {@code
 * report.html}.
 */
package duet.simulator.report;
