/**
 * Serves the metrics of Flink's processes where only this machine can ask for them. It runs in
 * those processes and knows nothing of the rest.
 */
@NullMarked
package duet.cluster.metrics;

import org.jspecify.annotations.NullMarked;
