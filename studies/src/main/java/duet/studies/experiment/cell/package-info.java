/** This package holds the cells of an experiment: it runs one, and keeps what is kept of it. */
package duet.studies.experiment.cell;
