/** Turns records into bytes and back, within limits that hold before memory is allocated. */
@NullMarked
package duet.schemas.serde;

import org.jspecify.annotations.NullMarked;
