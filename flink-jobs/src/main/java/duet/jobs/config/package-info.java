/** This package holds the job's options, what follows from them, and the names of its metrics. */
@NullMarked
package duet.jobs.config;

import org.jspecify.annotations.NullMarked;
