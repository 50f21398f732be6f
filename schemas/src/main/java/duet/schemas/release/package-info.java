/**
 * Says how model releases reach jobs and devices: which version each device runs while several are
 * live, and where bundles come from.
 */
@NullMarked
package duet.schemas.release;

import org.jspecify.annotations.NullMarked;
