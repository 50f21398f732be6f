/** Holds {@code duet release} and its commands. */
@NullMarked
package duet.cli.release;

import org.jspecify.annotations.NullMarked;
