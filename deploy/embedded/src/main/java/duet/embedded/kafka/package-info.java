/** Runs a Kafka broker in this JVM. */
@NullMarked
package duet.embedded.kafka;

import org.jspecify.annotations.NullMarked;
