/** Runs Kafka, ZooKeeper and Flink as processes of their own on one machine. */
@NullMarked
package duet.cluster;

import org.jspecify.annotations.NullMarked;
