/** Holds {@code duet dead-letters} and its commands. */
@NullMarked
package duet.cli.deadletters;

import org.jspecify.annotations.NullMarked;
