/** Holds interaction logs, the evaluation protocol's split of them, and candidate lists. */
@NullMarked
package duet.model.data;

import org.jspecify.annotations.NullMarked;
