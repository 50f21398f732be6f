/** This package holds the parameter generation job, and what is checked before it starts. */
@NullMarked
package duet.jobs;

import org.jspecify.annotations.NullMarked;
