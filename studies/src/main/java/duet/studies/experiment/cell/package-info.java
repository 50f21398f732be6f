/** The cells of an experiment: running one, and what is kept of it. */
package duet.studies.experiment.cell;
