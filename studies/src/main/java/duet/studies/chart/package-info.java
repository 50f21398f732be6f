/** This package draws charts of what studies measured. */
@NullMarked
package duet.studies.chart;

import org.jspecify.annotations.NullMarked;
