/** This package says what an experiment runs: the plan file, and the cells it spans. */
@NullMarked
package duet.studies.experiment.plan;

import org.jspecify.annotations.NullMarked;
