/** The {@code duet} command line parses, calls and shows. */
@NullMarked
package duet.cli;

import org.jspecify.annotations.NullMarked;
