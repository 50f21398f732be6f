/**
 * This package says how records travel between the job's operators: bounded, never by Kryo. How the
 * state is written stands in {@link duet.jobs.internal}.
 */
@NullMarked
package duet.jobs.serialization;

import org.jspecify.annotations.NullMarked;
