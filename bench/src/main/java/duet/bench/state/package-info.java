/** Measures what the job keeps of each device, on both state backends. */
@NullMarked
package duet.bench.state;

import org.jspecify.annotations.NullMarked;
