/** Throughput on a cluster of processes. */
package duet.bench.cluster;
