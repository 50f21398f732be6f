/** Defines the ranking metrics once, for offline and for streamed measurement. */
@NullMarked
package duet.schemas.evaluation;

import org.jspecify.annotations.NullMarked;
