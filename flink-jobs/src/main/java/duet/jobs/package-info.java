/** This package holds the parameter generation job, and what is checked before it starts. */
package duet.jobs;
