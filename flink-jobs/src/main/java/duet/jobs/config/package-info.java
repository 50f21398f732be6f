/** This package holds the job's options, what follows from them, and the names of its metrics. */
package duet.jobs.config;
