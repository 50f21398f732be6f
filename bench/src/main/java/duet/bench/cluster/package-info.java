/** Measures the throughput on a cluster of processes. */
@NullMarked
package duet.bench.cluster;

import org.jspecify.annotations.NullMarked;
