/** Holds options, converters and views that several commands share. */
@NullMarked
package duet.cli.option;

import org.jspecify.annotations.NullMarked;
