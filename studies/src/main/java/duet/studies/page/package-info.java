/** This package fills in the templates of the pages that studies write. */
@NullMarked
package duet.studies.page;

import org.jspecify.annotations.NullMarked;
