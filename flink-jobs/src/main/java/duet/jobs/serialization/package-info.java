/**
 * This package says how records travel between the job's operators and how its state is written:
 * versioned, bounded, never by Kryo.
 */
@NullMarked
package duet.jobs.serialization;

import org.jspecify.annotations.NullMarked;
