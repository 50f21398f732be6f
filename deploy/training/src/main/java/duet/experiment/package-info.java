/** Experiments: grids of trainings and evaluations, and the page that shows what they gave. */
package duet.experiment;
