/**
 * This package holds the job's operators, and the collaborators that they hand everything but
 * state, timers and outputs to.
 */
package duet.jobs.operator;
