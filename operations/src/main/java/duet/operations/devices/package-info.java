/** Has the job begin anew with devices. */
@NullMarked
package duet.operations.devices;

import org.jspecify.annotations.NullMarked;
