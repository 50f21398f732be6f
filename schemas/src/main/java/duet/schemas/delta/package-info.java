/** Turns deltas into bytes and back, and computes the checksum over a delta. */
@NullMarked
package duet.schemas.delta;

import org.jspecify.annotations.NullMarked;
