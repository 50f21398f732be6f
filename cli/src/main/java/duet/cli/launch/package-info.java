/** This package says what the {@code duet} script has to bring to a command. */
@NullMarked
package duet.cli.launch;

import org.jspecify.annotations.NullMarked;
