/** Holds the commands that measure offline: experiment, gating, and the image tasks. */
@NullMarked
package duet.cli.study;

import org.jspecify.annotations.NullMarked;
