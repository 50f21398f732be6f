/** This package says what an experiment runs: the plan file, and the cells it spans. */
package duet.studies.experiment.plan;
