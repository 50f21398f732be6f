/** A Kafka broker in this JVM. */
package duet.embedded.kafka;
