/** This package holds the cells of an experiment: it runs one, and keeps what is kept of it. */
@NullMarked
package duet.studies.experiment.cell;

import org.jspecify.annotations.NullMarked;
