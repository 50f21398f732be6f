/** This package works through the cells of a plan, alone or beside other processes. */
@NullMarked
package duet.studies.experiment.run;

import org.jspecify.annotations.NullMarked;
