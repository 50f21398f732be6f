/** Holds {@code duet cluster} and its commands. */
@NullMarked
package duet.cli.cluster;

import org.jspecify.annotations.NullMarked;
