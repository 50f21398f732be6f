/** Kafka, ZooKeeper and Flink as processes of their own on one machine. */
package duet.cluster;
