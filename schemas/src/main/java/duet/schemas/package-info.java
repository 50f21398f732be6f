/** Holds what all contracts share: topics, and how bad input is named. */
@NullMarked
package duet.schemas;

import org.jspecify.annotations.NullMarked;
