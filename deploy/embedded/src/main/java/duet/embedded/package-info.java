/** Kafka, Flink and a job in this JVM. */
package duet.embedded;
