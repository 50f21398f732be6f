/** Tables and charts of what experiments measured. */
package duet.experiment.report;
