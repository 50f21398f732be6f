/** This package makes tables and charts of what experiments measured. */
package duet.studies.experiment.report;
