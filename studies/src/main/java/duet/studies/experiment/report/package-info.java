/** This package makes tables and charts of what experiments measured. */
@NullMarked
package duet.studies.experiment.report;

import org.jspecify.annotations.NullMarked;
