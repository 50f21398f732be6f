/** A Flink cluster in this JVM. */
package duet.embedded.flink;
