/** Shows what {@code duet bench} measures. */
@NullMarked
package duet.cli.bench;

import org.jspecify.annotations.NullMarked;
