/** Holds the commands that measure offline: experiment, gating and glyphs. */
@NullMarked
package duet.cli.study;

import org.jspecify.annotations.NullMarked;
