/** Holds the commands for devices of a running system. */
@NullMarked
package duet.cli.devices;

import org.jspecify.annotations.NullMarked;
