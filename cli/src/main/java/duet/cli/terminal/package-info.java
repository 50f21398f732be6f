/** Shows lines, tables and progress on a terminal. */
@NullMarked
package duet.cli.terminal;

import org.jspecify.annotations.NullMarked;
