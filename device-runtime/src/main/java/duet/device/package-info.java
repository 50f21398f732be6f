/**
 * Holds what runs on a device, in plain Java: it loads the static layers, applies weight deltas and
 * ranks.
 */
@NullMarked
package duet.device;

import org.jspecify.annotations.NullMarked;
