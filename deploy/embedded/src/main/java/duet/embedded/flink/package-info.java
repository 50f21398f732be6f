/** Runs a Flink cluster in this JVM. */
@NullMarked
package duet.embedded.flink;

import org.jspecify.annotations.NullMarked;
