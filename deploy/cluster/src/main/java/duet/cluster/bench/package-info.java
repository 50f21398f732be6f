/** What the job reaches on a cluster of processes against a job that does nothing, and what the processors do meanwhile. */
package duet.cluster.bench;
