/**
 * This package holds the job's operators, and the collaborators that they hand everything but
 * state, timers and outputs to.
 */
@NullMarked
package duet.jobs.operator;

import org.jspecify.annotations.NullMarked;
