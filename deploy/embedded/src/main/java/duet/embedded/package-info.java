/** Runs Kafka, Flink and a job in this JVM. */
@NullMarked
package duet.embedded;

import org.jspecify.annotations.NullMarked;
