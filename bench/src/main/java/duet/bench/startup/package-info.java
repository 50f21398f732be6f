/** Measures how long it takes from the start of a process to the first delta on a device. */
@NullMarked
package duet.bench.startup;

import org.jspecify.annotations.NullMarked;
