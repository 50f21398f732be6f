/** Is the {@code duet} command line: it parses, calls and shows. */
@NullMarked
package duet.cli;

import org.jspecify.annotations.NullMarked;
